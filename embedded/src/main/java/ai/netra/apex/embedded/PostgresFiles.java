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

    String fromTemplate(EngineCache cache) {
        Path template =
                cache.directory(
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
        try {
            Directories.copy(template.resolve("data"), data());
            binaries.way().own(home);
            return Files.readString(template.resolve("password")).strip();
        } catch (IOException e) {
            throw new EngineException("Cannot copy the database template: " + e, e);
        }
    }

    String initialiseOnce(@Nullable String given) {
        Path passwordFile = home.resolve("superuser-password");
        try {
            Files.createDirectories(
                    home,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            boolean made = Files.exists(data().resolve("PG_VERSION"));
            if (!made) {
                writePrivate(passwordFile, given == null ? randomPassword() : given);
                binaries.way().own(home);
                Path partial = home.resolve("data.partial");
                Directories.delete(partial);
                binaries.initialise(partial, SUPERUSER, passwordFile);
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
