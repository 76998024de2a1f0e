package ai.netra.apex.launcher.home;

import ai.netra.apex.launcher.CliException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory with all state of one installation: {@code .apex/} of the checkout, or what {@code
 * APEX_HOME} names. Everything in it is private to its owner.
 */
public final class ApexHome {

    /** A day of chat and logs fits into this; less is too little to begin with. */
    private static final long MIN_FREE_BYTES = 512L << 20;

    private final Path root;

    private ApexHome(Path root) {
        this.root = root;
    }

    /**
     * The home of {@code repository}, or {@code override} when that is given; nothing is created.
     */
    public static ApexHome of(Path repository, @Nullable String override) {
        Path root =
                override == null || override.isBlank()
                        ? repository.resolve(".apex")
                        : Path.of(override);
        return new ApexHome(root.toAbsolutePath().normalize());
    }

    public Path root() {
        return root;
    }

    /** Where the engines keep their data, one directory each. */
    public Path data() {
        return root.resolve("data");
    }

    /** One log file per part. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** What is known of processes that run now. */
    public Path run() {
        return root.resolve("run");
    }

    /** One directory of secret files per service. */
    public Path secrets() {
        return root.resolve("secrets");
    }

    /**
     * Creates what is missing.
     *
     * @throws CliException when it cannot be written, or the disk is full
     */
    public void prepare() {
        for (Path directory : new Path[] {root, data(), logs(), run(), secrets()}) {
            createPrivate(directory);
        }
        if (!Files.isWritable(root)) {
            throw notWritable(root, "it belongs to somebody else");
        }
        try {
            long free = Files.getFileStore(root).getUsableSpace();
            if (free < MIN_FREE_BYTES) {
                throw new CliException(
                        CliException.UNAVAILABLE,
                        "Only %d MiB are free on the disk of %s; at least %d MiB are needed."
                                .formatted(free >> 20, root, MIN_FREE_BYTES >> 20));
            }
        } catch (IOException e) {
            throw notWritable(root, String.valueOf(e.getMessage()));
        }
    }

    /** Creates a directory that only its owner can enter; one that is there is left as it is. */
    public static void createPrivate(Path directory) {
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw notWritable(directory, reasonOf(e));
        }
    }

    /** Deletes all data, logs and secrets. The caller has made sure that nothing runs. */
    public void deleteState() {
        try {
            delete(data());
            delete(logs());
            delete(secrets());
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE,
                    "The old state in " + root + " could not be deleted: " + reasonOf(e),
                    e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException error) throws IOException {
                        if (error != null) {
                            throw error;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static CliException notWritable(Path path, String reason) {
        return new CliException(
                CliException.CANNOT_CREATE,
                "The directory "
                        + path
                        + " cannot be written ("
                        + reason
                        + "). Set APEX_HOME to a directory of your own, or change its owner.");
    }

    /** The JDK's file exceptions say only the path; the type says what was wrong with it. */
    private static String reasonOf(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileAlreadyExistsException _ -> "there is a file of that name";
            case java.nio.file.NoSuchFileException _ -> "its parent does not exist";
            default -> String.valueOf(e.getMessage());
        };
    }
}
