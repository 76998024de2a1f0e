package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How to run a program that refuses to run as root. Started by root, it runs in a user namespace of
 * its own, where it is nobody and yet owns its files; where the kernel forbids that (some
 * containers), under the id of {@code nobody}, to whom the files are then given.
 */
enum Unprivileged {
    /** This user is not root: nothing to do. */
    AS_IS {
        @Override
        List<String> prefix() {
            return List.of();
        }
    },
    USER_NAMESPACE {
        @Override
        List<String> prefix() {
            return List.of("unshare", "-U");
        }
    },
    NOBODY {
        @Override
        List<String> prefix() {
            // Root's own directories are on the way to the files: this one capability lets it pass.
            return List.of(
                    "setpriv",
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "--inh-caps=+dac_override",
                    "--ambient-caps=+dac_override",
                    "--");
        }
    };

    private static final int NOBODY_ID = 65534;
    private static final long PROBE_SECONDS = 10;

    abstract List<String> prefix();

    /** The way that works here; probed once per JVM. */
    static Unprivileged here() {
        return Holder.WAY;
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix());
        whole.addAll(command);
        return whole;
    }

    /**
     * Gives files to the user the program is going to be. Files of the other way, in which they
     * were made on an earlier run, are taken back.
     */
    void own(Path root) throws IOException {
        if (this == AS_IS || !Files.exists(root)) {
            return;
        }
        int owner = this == NOBODY ? NOBODY_ID : 0;
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        give(directory, owner);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        give(file, owner);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void give(Path file, int owner) throws IOException {
        if (!Integer.valueOf(owner).equals(Files.getAttribute(file, "unix:uid"))) {
            Files.setAttribute(file, "unix:uid", owner);
        }
    }

    private static final class Holder {
        static final Unprivileged WAY = probe();
    }

    private static Unprivileged probe() {
        if (!runsAsRoot()) {
            return AS_IS;
        }
        if (works(USER_NAMESPACE)) {
            return USER_NAMESPACE;
        }
        if (works(NOBODY)) {
            return NOBODY;
        }
        throw new EngineException(
                "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv' works here:"
                        + " run this as another user, or install util-linux.");
    }

    private static boolean works(Unprivileged way) {
        try {
            Process probe =
                    new ProcessBuilder(
                                    way.command(List.of("/bin/sh", "-c", "test \"$(id -u)\" != 0")))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean runsAsRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer id
                    && id == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}
