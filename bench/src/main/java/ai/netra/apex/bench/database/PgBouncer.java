package ai.netra.apex.bench.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Debian's {@code pgbouncer} in transaction mode on a free port of the loopback interface, before
 * one server; a process of its own, ended by {@link #close}.
 */
final class PgBouncer implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));
    private static final int START_LOOKS = 500;

    private final Process process;
    private final Path directory;
    private final int port;

    private PgBouncer(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** Starts one with {@code size} connections to the server; null where none is installed. */
    static @Nullable PgBouncer startIfInstalled(Bed bed, int size) throws IOException {
        Path binary = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (binary == null) {
            return null;
        }
        int port = freePort();
        Path directory = Files.createTempDirectory("apex-pgbouncer-");
        Path file = directory.resolve("pgbouncer.ini");
        Files.writeString(
                file,
                """
                [databases]
                postgres = host=127.0.0.1 port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                max_client_conn = 2000
                ignore_startup_parameters = extra_float_digits,options
                """
                        .formatted(
                                bed.server.port(),
                                bed.server.superuser(),
                                bed.server.password(),
                                port,
                                size));
        var command = new ArrayList<String>(List.of(binary.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            // It refuses to run as root; it reads its file again after it has become somebody else.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(file.toString());
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        var started = new PgBouncer(process, directory, port);
        try {
            started.awaitListening();
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    /** Where it listens. */
    String host() {
        return "127.0.0.1:" + port;
    }

    private void awaitListening() throws IOException {
        for (int look = 0; look < START_LOOKS && process.isAlive(); look++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException _) {
                LockSupport.parkNanos(10_000_000);
            }
        }
        throw new IOException(
                "pgbouncer does not listen: " + Files.readString(directory.resolve("log")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        for (String name : List.of("pgbouncer.ini", "log")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.deleteIfExists(directory);
    }
}
