package ai.netra.apex.launcher.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Says whether sources are those that something was built from: SHA-256 over names and contents.
 * Times of files are not asked, since a clone or a checkout changes them all.
 */
final class Fingerprint {

    /** What builds and tests write among the sources. */
    private static final Set<String> OUTPUTS =
            Set.of(
                    "target",
                    "node_modules",
                    ".next",
                    "next-env.d.ts",
                    "tsconfig.tsbuildinfo",
                    "test-results",
                    ".git",
                    ".apex");

    private Fingerprint() {}

    /** The fingerprint of the files and directories, build outputs left out. */
    static String of(Path root, List<Path> sources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            var files = new TreeSet<Path>();
            for (Path source : sources) {
                collect(source, files);
            }
            for (Path file : files) {
                digest.update(
                        root.relativize(file)
                                .toString()
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void collect(Path source, Set<Path> files) throws IOException {
        if (OUTPUTS.contains(String.valueOf(source.getFileName()))) {
            return;
        }
        if (Files.isRegularFile(source)) {
            files.add(source);
        } else if (Files.isDirectory(source)) {
            try (Stream<Path> children = Files.list(source)) {
                for (Path child : (Iterable<Path>) children::iterator) {
                    collect(child, files);
                }
            }
        }
    }
}
