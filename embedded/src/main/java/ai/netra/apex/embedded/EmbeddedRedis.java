package ai.netra.apex.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis server (6.2: streams, publish/subscribe, append-only file) as a process of its own
 * on the loopback interface. The data is kept where {@link Builder#dataDirectory} says, or is
 * temporary and deleted by {@link #close}. A server left over on the same directory is stopped
 * first. Thread-safe; {@link #close} is idempotent.
 */
public final class EmbeddedRedis implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int PING_MILLIS = 500;

    private final Path program;
    private final Path home;
    private final boolean temporary;
    private final boolean portChosen;
    private final Consumer<ProcessIdentity> onSpawn;
    private final boolean stoppedByCaller;
    private final @Nullable Supplier<String> password;
    private final Map<String, String> settings;
    private final Thread shutdownHook = new Thread(this::closeAtExit, "embedded-redis-close");
    private int port;
    private @Nullable ServerProcess server;
    private boolean closed;

    private EmbeddedRedis(Builder builder) {
        this.program =
                unpack(
                        builder.cache == null
                                ? EngineCache.ofUser()
                                : new EngineCache(builder.cache));
        this.temporary = builder.home == null;
        this.home = builder.home == null ? Directories.temporary("redis") : builder.home;
        this.password = builder.password;
        this.settings = new LinkedHashMap<>(builder.settings);
        this.portChosen = builder.port != 0;
        this.onSpawn = builder.onSpawn;
        this.port = builder.port;
        this.stoppedByCaller = builder.stoppedByCaller;
    }

    /** A server on temporary data and a free port, without a password, for tests. */
    public static EmbeddedRedis startTemporary() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How a server is to be. */
    public static final class Builder {
        private @Nullable Path home;
        private @Nullable Path cache;
        private @Nullable Supplier<String> password;
        private int port;
        private Consumer<ProcessIdentity> onSpawn = process -> {};
        private boolean stoppedByCaller;
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Keeps data, log and configuration in this directory; without it the data is temporary.
         */
        public Builder dataDirectory(Path directory) {
            this.home = directory.toAbsolutePath();
            return this;
        }

        /**
         * Leaves the stop at the end of this JVM to the caller, who stops several servers in order.
         */
        public Builder stoppedByCaller() {
            this.stoppedByCaller = true;
            return this;
        }

        /** Told of each server process as soon as it exists, before it is ready. */
        public Builder onSpawn(Consumer<ProcessIdentity> listener) {
            this.onSpawn = listener;
            return this;
        }

        /** A fixed port; without it, or with 0, a free one. */
        public Builder port(int fixed) {
            this.port = fixed;
            return this;
        }

        /** The password every client must give; without it none. */
        public Builder password(String value) {
            return password(() -> value);
        }

        /** The same, asked for anew at each start of the server: it may have been rotated. */
        public Builder password(Supplier<String> value) {
            this.password = value;
            return this;
        }

        /** Where the unpacked program is shared; without it the user's cache directory. */
        public Builder cache(Path directory) {
            this.cache = directory.toAbsolutePath();
            return this;
        }

        /** A directive of redis.conf, e.g. {@code maxmemory}, {@code 256mb}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Starts the server and waits until it answers.
         *
         * @throws EngineException when it cannot be started, with the reason
         */
        public EmbeddedRedis start() {
            EmbeddedRedis redis = new EmbeddedRedis(this);
            redis.startFirst();
            return redis;
        }
    }

    public synchronized int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:…}, without the password. */
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    public Path log() {
        return home.resolve("redis.log");
    }

    /** The running server's process. */
    public synchronized ProcessIdentity process() {
        if (server == null) {
            throw new EngineException("Redis is stopped.");
        }
        return server.identity();
    }

    /** Starts the server again, on the same data and port, after {@link #stop} or {@link #kill}. */
    public synchronized void start() {
        if (closed) {
            throw new EngineException("This Redis is closed.");
        }
        if (server != null && server.isAlive()) {
            return;
        }
        try {
            Files.createDirectories(
                    home,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Orphans.stop(home.resolve("redis.pid"), "redis-server", home, "TERM");
            Ports.requireFree(port, "Redis");
            Path configuration = writeConfiguration();
            ServerProcess started =
                    ServerProcess.start(
                            "Redis",
                            List.of(program.toString(), configuration.toString()),
                            Map.of("LC_ALL", "C"),
                            home,
                            log());
            server = started;
            onSpawn.accept(started.identity());
            started.awaitReady(START_LIMIT, this::answers);
        } catch (IOException e) {
            throw new EngineException("Cannot prepare the Redis directory " + home + ": " + e, e);
        }
    }

    /** A clean stop: the append-only file is flushed. The data stays. */
    public synchronized void stop() {
        if (server != null) {
            server.stop("TERM", STOP_LIMIT);
            server = null;
        }
    }

    /** Kills the server as a crash would ({@code SIGKILL}). */
    public synchronized void kill() {
        if (server != null) {
            server.stop("KILL", STOP_LIMIT);
            server = null;
        }
    }

    /** {@link #stop} and {@link #start}. */
    public synchronized void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (temporary) {
                kill();
                Directories.deleteQuietly(home);
            } else {
                stop();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            return; // the JVM is ending: the hook is what called us
        }
    }

    private void closeAtExit() {
        close();
    }

    private synchronized void startFirst() {
        if (!stoppedByCaller) {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
        }
        try {
            int attempts = portChosen ? 1 : 3;
            while (true) {
                attempts--;
                if (!portChosen) {
                    port = Ports.free();
                }
                try {
                    start();
                    return;
                } catch (EngineException e) {
                    if (attempts == 0) {
                        throw e;
                    }
                }
            }
        } catch (EngineException e) {
            close();
            throw e;
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The password's hash alone, in a file of the user alone, not on a command line. */
    private Path writeConfiguration() throws IOException {
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("bind", "127.0.0.1");
        effective.put("port", Integer.toString(port));
        effective.put("daemonize", "no");
        effective.put("pidfile", quoted(home.resolve("redis.pid").toString()));
        effective.put("dir", quoted(home.toString()));
        effective.put("appendonly", "yes");
        effective.put("appendfsync", "everysec");
        effective.put("save", "\"\"");
        effective.put("maxmemory-policy", "noeviction");
        if (password != null) {
            effective.put("user", "default on #" + sha256(password.get()) + " ~* &* +@all");
        }
        effective.putAll(settings);
        StringBuilder text = new StringBuilder();
        effective.forEach(
                (name, value) -> text.append(name).append(' ').append(value).append('\n'));
        Path file = home.resolve("redis.conf");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** Answers PONG, or that it wants a password; not while it still loads its data. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PING_MILLIS);
            socket.setSoTimeout(PING_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = in.readLine();
            return line != null && (line.equals("+PONG") || line.startsWith("-NOAUTH"));
        } catch (IOException e) {
            return false;
        }
    }

    private static Path unpack(EngineCache cache) {
        String resource = Platform.current().redisProgram();
        return cache.directory(resource, directory -> copyProgram(resource, directory))
                .resolve("redis-server");
    }

    private static void copyProgram(String resource, Path directory) throws IOException {
        try (InputStream in = EmbeddedRedis.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new EngineException(resource + " is not on the classpath.");
            }
            Path file = directory.resolve("redis-server");
            Files.copy(in, file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
