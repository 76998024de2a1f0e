package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the files of a cluster: anew and kept, or copied from a template that all tests share. */
final class PostgresFiles {

    static final String SUPERUSER = "postgres";
    private static final String TEMPLATE = "postgres-template-2";

    private final PostgresBinaries binaries;
    private final Path home;

    PostgresFiles(PostgresBinaries binaries, Path home) {
        this.binaries = binaries;
        this.home = home;
    }

    private Path data() {
        return home.resolve("data");
    }

    /** A copy of the template as it is, its password included, for data that nobody keeps. */
    String fromTemplate(EngineCache cache) {
        Path template = template(cache);
        try {
            Directories.copy(template.resolve("data"), data());
            binaries.way().own(home);
            return passwordOf(template);
        } catch (IOException e) {
            throw new EngineException("Cannot copy the database template: " + e, e);
        }
    }

    /**
     * A cluster to be kept, made when there is none: a copy of the template with an identity and a
     * password of its own, complete and on disk before it gets its name.
     */
    String initialiseOnce(EngineCache cache, @Nullable String given) {
        Path passwordFile = home.resolve("superuser-password");
        try {
            Files.createDirectories(
                    home,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            if (!Files.exists(data().resolve("PG_VERSION"))) {
                String password = given == null ? randomPassword() : given;
                if (given == null) {
                    writePrivate(passwordFile, password);
                }
                Path partial = home.resolve("data.partial");
                Directories.delete(partial);
                Directories.copy(template(cache).resolve("data"), partial);
                ClusterIdentity.of(partial).renew();
                binaries.way().own(home);
                binaries.setPassword(partial, SUPERUSER, password);
                binaries.sync(partial);
                Files.move(partial, data());
            }
            binaries.way().own(home);
            if (given == null) {
                return Files.readString(passwordFile).strip();
            }
            Files.deleteIfExists(passwordFile); // who gave it keeps it
            return given;
        } catch (IOException e) {
            throw new EngineException(
                    "Cannot prepare the database directory " + home + ": " + e, e);
        }
    }

    /** A cluster made once for each version and way, never started. */
    private Path template(EngineCache cache) {
        return cache.directory(
                TEMPLATE
                        + "-"
                        + binaries.way().name().toLowerCase(Locale.ROOT)
                        + "-"
                        + binaries.id(),
                directory -> {
                    Path passwordFile = directory.resolve("password");
                    writePrivate(passwordFile, randomPassword());
                    binaries.way().own(directory);
                    binaries.initialise(directory.resolve("data"), SUPERUSER, passwordFile);
                });
    }

    private static String passwordOf(Path template) throws IOException {
        return Files.readString(template.resolve("password")).strip();
    }

    private static void writePrivate(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static String randomPassword() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
