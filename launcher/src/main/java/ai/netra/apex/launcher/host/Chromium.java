package ai.netra.apex.launcher.host;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.build.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The browser for the journeys: one that is there, else Debian's package, else a clear message. */
public final class Chromium {

    private Chromium() {}

    /**
     * A browser, installed when that can be done.
     *
     * @throws CliException saying how to get one
     */
    public static Path require(Toolchain tools, Progress progress) throws InterruptedException {
        Optional<Path> there = tools.chromium();
        if (there.isPresent()) {
            return there.get();
        }
        if (Toolchain.find("apt-get").isPresent()
                && "root".equals(System.getProperty("user.name"))) {
            progress.line("Installing Chromium with apt-get ...");
            run(List.of("apt-get", "update", "-qq"));
            run(List.of("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"));
            there = tools.chromium();
        }
        return there.orElseThrow(
                () ->
                        new CliException(
                                CliException.UNAVAILABLE,
                                "The browser journeys need Chromium and none was found.\n"
                                        + "  Debian/Ubuntu  sudo apt-get install chromium\n"
                                        + "  elsewhere      npx playwright install chromium, and set"
                                        + " CHROMIUM_PATH to it"));
    }

    private static void run(List<String> command) throws InterruptedException {
        try {
            var builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            builder.start().waitFor();
        } catch (IOException e) {
            throw new CliException(
                    CliException.UNAVAILABLE,
                    command.getFirst() + " could not be run: " + e.getMessage(),
                    e);
        }
    }
}
