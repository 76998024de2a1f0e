package ai.netra.apex.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.postgresql.util.PasswordUtil;
import org.tukaani.xz.XZInputStream;

/** The unpacked PostgreSQL programs, and what is done with them besides running the server. */
final class PostgresBinaries {

    private static final long LIMIT_SECONDS = 120;

    private final Path home;
    private final Unprivileged way;

    private PostgresBinaries(Path home, Unprivileged way) {
        this.home = home;
        this.way = way;
    }

    static PostgresBinaries unpack(EngineCache usual, Unprivileged way) {
        EngineCache cache = way == Unprivileged.NOBODY ? EngineCache.ofRootForAll() : usual;
        String archive = Platform.current().postgresArchive();
        return new PostgresBinaries(
                cache.directory(
                        "postgres-" + size(archive), directory -> extract(archive, directory, way)),
                way);
    }

    /** Another version is another archive: its size tells them apart without unpacking. */
    private static String size(String archive) {
        URL url = PostgresBinaries.class.getClassLoader().getResource(archive);
        if (url == null) {
            throw missing(archive);
        }
        try {
            return archive.replace("postgres-", "").replace(".txz", "")
                    + "-"
                    + url.openConnection().getContentLengthLong();
        } catch (IOException e) {
            throw new EngineException("Cannot read " + archive + ".", e);
        }
    }

    private static InputStream open(String archive) {
        InputStream in = PostgresBinaries.class.getClassLoader().getResourceAsStream(archive);
        if (in == null) {
            throw missing(archive);
        }
        return in;
    }

    private static EngineException missing(String archive) {
        return new EngineException(
                archive
                        + " is not on the classpath: the PostgreSQL binaries of this platform are missing.");
    }

    private static void extract(String archive, Path directory, Unprivileged way)
            throws IOException {
        if (way == Unprivileged.NOBODY) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (InputStream in = new BufferedInputStream(open(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path target = directory.resolve(entry.getName()).normalize();
                if (!target.startsWith(directory)) {
                    throw new IOException("Entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    createParent(target);
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                    } else if (entry.isLink()) {
                        Files.createLink(
                                target, directory.resolve(entry.getLinkName()).normalize());
                    } else {
                        Files.copy(tar, target);
                        Files.setPosixFilePermissions(target, permissions(entry.getMode()));
                    }
                }
            }
        }
    }

    private static void createParent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
    }

    /**
     * Readable for the user the server runs as, writable for the owner, executable where it was.
     */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions =
                EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.OTHERS_READ);
        if ((mode & 0b001_000_000) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    /** Tells one version and platform from another. */
    String id() {
        return String.valueOf(home.getFileName());
    }

    /** As whom the programs run. */
    Unprivileged way() {
        return way;
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /**
     * Makes a new cluster: checksums on, UTF-8, the builtin C.UTF-8 locale (the same order
     * everywhere), passwords as SCRAM only.
     *
     * @param data directory that does not exist or is empty
     * @param passwordFile file with the superuser's password
     */
    void initialise(Path data, String superuser, Path passwordFile) {
        List<String> command = new ArrayList<>();
        command.add(program("initdb").toString());
        command.addAll(List.of("-D", data.toString(), "-U", superuser));
        command.add("--pwfile=" + passwordFile);
        command.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"));
        command.addAll(
                List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"));
        run("initdb", data, command, "");
    }

    /**
     * Gives a role of a stopped cluster its password; nobody can connect meanwhile. What the server
     * is told is already hashed, and over its standard input.
     */
    void setPassword(Path data, String role, String password) {
        run(
                "postgres --single",
                data,
                List.of(
                        program("postgres").toString(),
                        "--single",
                        "-D",
                        data.toString(),
                        "-c",
                        "log_statement=none",
                        "-c",
                        "log_min_error_statement=panic",
                        "-c",
                        "exit_on_error=on",
                        "postgres"),
                "ALTER ROLE \"%s\" PASSWORD '%s'\n".formatted(role, verifier(role, password)));
    }

    private static String verifier(String role, String password) {
        try {
            return PasswordUtil.encodePassword(role, password.toCharArray(), "scram-sha-256");
        } catch (SQLException e) {
            throw new EngineException("A password cannot be hashed: " + e.getMessage(), e);
        }
    }

    /** Has everything of a stopped cluster on disk. */
    void sync(Path data) {
        run(
                "initdb --sync-only",
                data,
                List.of(program("initdb").toString(), "--sync-only", "-D", data.toString()),
                "");
    }

    /** Runs one of the programs on a stopped cluster to its end. */
    private void run(String what, Path data, List<String> command, String input) {
        try {
            Path log = Files.createTempFile("postgres-tool", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(way.command(command))
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new EngineException(
                        what + " did not end within " + LIMIT_SECONDS + " s in " + data + ".");
            }
            if (process.exitValue() != 0) {
                throw new EngineException(
                        what + " failed in " + data + ":\n" + ServerProcess.tailOf(log));
            }
            Files.delete(log);
        } catch (IOException e) {
            throw new EngineException("Cannot run " + what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("Interrupted while making a database cluster.", e);
        }
    }
}
