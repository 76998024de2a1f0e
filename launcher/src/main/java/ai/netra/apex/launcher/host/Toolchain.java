package ai.netra.apex.launcher.host;

import ai.netra.apex.launcher.CliException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of the machine that building and running need. */
public final class Toolchain {

    /** The oldest Node that Next.js 16 runs on. */
    private static final int MIN_NODE = 20;

    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)");

    private final Path repository;

    public Toolchain(Path repository) {
        this.repository = repository;
    }

    /** The {@code java} of the JDK this launcher runs on. */
    public Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Maven of the machine, or the wrapper of the checkout. */
    public String maven() {
        return find("mvn").map(Path::toString).orElse(repository.resolve("mvnw").toString());
    }

    /**
     * Node.
     *
     * @throws CliException when there is none, or it is too old
     */
    public Path node() {
        Path node = find("node").orElseThrow(() -> noNode("No Node.js was found on the PATH."));
        String version = output(node.toString(), "--version").strip();
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.find() || Integer.parseInt(matcher.group(1)) < MIN_NODE) {
            throw noNode("Node.js " + version + " (" + node + ") is too old.");
        }
        return node;
    }

    /**
     * npm.
     *
     * @throws CliException when there is none
     */
    public Path npm() {
        return find("npm").orElseThrow(() -> noNode("No npm was found on the PATH."));
    }

    /** The browser for tests: {@code CHROMIUM_PATH}, or one on the PATH. */
    public Optional<Path> chromium() {
        String chosen = System.getenv("CHROMIUM_PATH");
        if (chosen != null && Files.isExecutable(Path.of(chosen))) {
            return Optional.of(Path.of(chosen));
        }
        return List.of("chromium", "chromium-browser", "google-chrome").stream()
                .map(Toolchain::find)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** A program on the PATH. */
    public static Optional<Path> find(String program) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
        for (String directory : path.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** What a short-lived program prints, or an empty text when it cannot be run. */
    static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS) ? text : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static CliException noNode(String reason) {
        return new CliException(
                CliException.UNAVAILABLE,
                reason
                        + " The frontend needs Node.js "
                        + MIN_NODE
                        + " or newer with npm.\n"
                        + "  Debian/Ubuntu  apt-get install nodejs npm\n"
                        + "  macOS          brew install node\n"
                        + "  or from nodejs.org");
    }
}
