package ai.netra.apex.launcher.host;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The browser for the journeys: one that is there, else the test tool's own download, else Debian's
 * package, else a clear message.
 */
public final class Chromium {

    /** A download or an installation that takes longer does not come to an end. */
    private static final long MINUTES = 5;

    private Chromium() {}

    /**
     * A browser, brought when that can be done.
     *
     * @param journeys the directory in which Playwright is installed
     * @throws CliException saying how to get one
     */
    public static Path require(Toolchain tools, Path journeys, Progress progress)
            throws InterruptedException {
        Optional<Path> there = tools.chromium();
        if (there.isPresent()) {
            return there.get();
        }
        there = downloaded(tools, journeys, progress);
        if (there.isPresent()) {
            return there.get();
        }
        if (Toolchain.find("apt-get").isPresent()
                && "root".equals(System.getProperty("user.name"))) {
            progress.line("Installing Chromium with apt-get ...");
            Path here = Path.of(".");
            run(here, List.of("apt-get", "update", "-qq"));
            run(
                    here,
                    List.of(
                            "apt-get",
                            "install",
                            "-y",
                            "-qq",
                            "--no-install-recommends",
                            "chromium"));
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

    /**
     * Playwright's own browser, downloaded the first time; empty where its server cannot be
     * reached.
     */
    private static Optional<Path> downloaded(Toolchain tools, Path journeys, Progress progress)
            throws InterruptedException {
        Path playwright = journeys.resolve("node_modules/playwright-core/cli.js");
        if (!Files.exists(playwright)) {
            return Optional.empty();
        }
        Optional<Path> known = executable(tools, journeys);
        if (known.isEmpty()) {
            progress.line("Downloading Chromium with Playwright ...");
            run(
                    journeys,
                    List.of(tools.node().toString(), playwright.toString(), "install", "chromium"));
            known = executable(tools, journeys);
        }
        return known;
    }

    private static Optional<Path> executable(Toolchain tools, Path journeys) {
        String question =
                "process.stdout.write(require('%s').chromium.executablePath())"
                        .formatted(journeys.resolve("node_modules/playwright-core"));
        String answer = Toolchain.output(tools.node().toString(), "-e", question).strip();
        return answer.isEmpty() || answer.contains("\n")
                ? Optional.empty()
                : Optional.of(Path.of(answer)).filter(Files::isExecutable);
    }

    private static void run(Path directory, List<String> command) throws InterruptedException {
        try {
            var builder =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            Process process = builder.start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new CliException(
                    CliException.UNAVAILABLE,
                    command.getFirst() + " could not be run: " + e.getMessage(),
                    e);
        }
    }
}
