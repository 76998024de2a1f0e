package ai.netra.apex.launcher.host;

import ai.netra.apex.embedded.Ports;
import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.PortPlan;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;

/** What the machine offers and what it lacks, one finding per subject. */
public final class Diagnosis {

    private static final Set<String> PLATFORMS =
            Set.of("linux-amd64", "linux-aarch64", "mac os x-x86_64", "mac os x-aarch64");
    private static final long COMFORTABLE_MEMORY = 4L << 30;

    private Diagnosis() {}

    /** How bad it is. */
    public enum Level {
        GOOD,
        /** Something will be missing, but the system runs. */
        WORSE,
        /** The system cannot run. */
        MISSING
    }

    /** One subject. */
    public record Finding(Level level, String subject, String text) {
        /** A sign for a person's eye. */
        public String mark() {
            return switch (level) {
                case GOOD -> "✓";
                case WORSE -> "!";
                case MISSING -> "✗";
            };
        }
    }

    /** Looks at everything; nothing is changed but for the home directory, which is made. */
    public static List<Finding> of(ApexHome home, Toolchain tools, PortPlan ports) {
        var findings = new ArrayList<Finding>();
        findings.add(platform());
        findings.add(
                new Finding(
                        Level.GOOD,
                        "JDK",
                        Runtime.version() + " in " + System.getProperty("java.home")));
        findings.add(
                attempt(
                        "Node.js",
                        () -> Toolchain.output(tools.node().toString(), "--version").strip()));
        findings.add(
                attempt(
                        "npm",
                        () ->
                                Toolchain.output(tools.npm().toString(), "--version")
                                        .strip()
                                        .lines()
                                        .reduce("", (_, l) -> l)));
        findings.add(new Finding(Level.GOOD, "Maven", tools.maven()));
        findings.add(memory());
        findings.add(
                attempt(
                        "home",
                        () -> {
                            home.prepare();
                            return home.root() + ", as " + System.getProperty("user.name");
                        }));
        findings.add(ports(ports));
        findings.add(
                tools.chromium()
                        .map(p -> new Finding(Level.GOOD, "Chromium", p + " (for ./apex test)"))
                        .orElse(
                                new Finding(
                                        Level.WORSE,
                                        "Chromium",
                                        "not found; ./apex test needs it and tries to install it")));
        return findings;
    }

    private static Finding platform() {
        String platform =
                (System.getProperty("os.name") + "-" + System.getProperty("os.arch"))
                        .toLowerCase(Locale.ROOT);
        return PLATFORMS.contains(platform)
                ? new Finding(Level.GOOD, "platform", platform)
                : new Finding(
                        Level.MISSING,
                        "platform",
                        platform
                                + " has no embedded engines; Linux and macOS on x64 and arm64 have");
    }

    private static Finding memory() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
            long bytes = os.getTotalMemorySize();
            String text = (bytes >> 20) + " MiB";
            return bytes >= COMFORTABLE_MEMORY
                    ? new Finding(Level.GOOD, "memory", text)
                    : new Finding(Level.WORSE, "memory", text + "; 4 GiB are comfortable");
        }
        return new Finding(Level.WORSE, "memory", "unknown");
    }

    private static Finding ports(PortPlan plan) {
        var taken = new ArrayList<String>();
        plan.purposes()
                .forEach(
                        (port, purpose) -> {
                            if (!Ports.isFree(port)) {
                                taken.add(port + " (" + purpose + Ports.describeHolder(port) + ")");
                            }
                        });
        return taken.isEmpty()
                ? new Finding(Level.GOOD, "ports", "all free")
                : new Finding(Level.WORSE, "ports", "taken: " + String.join(", ", taken));
    }

    private static Finding attempt(String subject, Callable<String> look) {
        try {
            return new Finding(Level.GOOD, subject, look.call());
        } catch (CliException e) {
            return new Finding(Level.MISSING, subject, String.valueOf(e.getMessage()));
        } catch (Exception e) {
            return new Finding(Level.MISSING, subject, e.toString());
        }
    }
}
