package ai.netra.apex.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's own {@code pgbench -M prepared}, without preparation: what the server gives to a
 * client in C that does nothing else.
 *
 * @param port of the server, on the loopback interface
 * @param database where the script's tables are
 * @param role who signs in
 * @param password how; passed in a file, never on the command line
 */
public record PgBench(int port, String database, String role, String password) {

    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
    private static final int WORKERS = 2;

    /** Transactions of {@code script} per second, by {@code clients} connections. */
    public double perSecond(String script, int clients, Duration length)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("apex-pgbench-");
        Path file = directory.resolve("script.sql");
        Path passFile = directory.resolve("pgpass");
        try {
            Files.writeString(file, script);
            Files.writeString(
                    passFile, "127.0.0.1:%d:%s:%s:%s\n".formatted(port, database, role, password));
            Files.setPosixFilePermissions(passFile, PosixFilePermissions.fromString("rw-------"));
            return run(file, passFile, clients, length);
        } finally {
            Files.deleteIfExists(passFile);
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    private double run(Path script, Path passFile, int clients, Duration length)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(
                                List.of(
                                        "pgbench",
                                        "-n",
                                        "-M",
                                        "prepared",
                                        "-c",
                                        Integer.toString(clients),
                                        "-j",
                                        Integer.toString(Math.min(WORKERS, clients)),
                                        "-T",
                                        Long.toString(length.toSeconds()),
                                        "-f",
                                        script.toString(),
                                        "-h",
                                        "127.0.0.1",
                                        "-p",
                                        Integer.toString(port),
                                        "-U",
                                        role,
                                        database))
                        .redirectErrorStream(true);
        builder.environment().put("PGPASSFILE", passFile.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher tps = TPS.matcher(output);
        if (!tps.find()) {
            throw new IOException("pgbench (package postgresql-client or -contrib): " + output);
        }
        return Double.parseDouble(tps.group(1));
    }
}
