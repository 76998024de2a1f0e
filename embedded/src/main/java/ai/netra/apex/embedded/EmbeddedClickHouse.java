package ai.netra.apex.embedded;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ClickHouse engine as a process of its own ({@code
 * ai.netra.apex.embedded.clickhouse.ClickHouseEngine}) on the loopback interface: ClickHouse's
 * clients use it as they use a server. The data is kept where {@link Builder#dataDirectory} says,
 * or is temporary and deleted by {@link #close}. Thread-safe; {@link #close} is idempotent.
 */
public final class EmbeddedClickHouse implements AutoCloseable {

    private static final String MAIN = "ai.netra.apex.embedded.clickhouse.ClickHouseEngine";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int PING_MILLIS = 1_000;
    private static final List<String> JVM_FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-Xshare:auto",
                    "--enable-native-access=ALL-UNNAMED",
                    // The library that compresses blocks still uses it.
                    "--sun-misc-unsafe-memory-access=allow");

    private final Path library;
    private final Path home;
    private final boolean temporary;
    private final boolean portChosen;
    private final Consumer<ProcessIdentity> onSpawn;
    private final String user;
    private final String password;
    private final Thread shutdownHook = new Thread(this::closeAtExit, "embedded-clickhouse-close");
    private int port;
    private @Nullable ServerProcess server;
    private boolean closed;

    private EmbeddedClickHouse(Builder builder) {
        this.library =
                ClickHouseLibrary.bring(
                        builder.cache == null
                                ? EngineCache.ofUser()
                                : new EngineCache(builder.cache));
        this.temporary = builder.home == null;
        this.home = builder.home == null ? Directories.temporary("clickhouse") : builder.home;
        this.user = builder.user;
        this.password = builder.password;
        this.portChosen = builder.port != 0;
        this.onSpawn = builder.onSpawn;
        this.port = builder.port;
    }

    /**
     * An engine on temporary data and a free port, user {@code default} with password {@code test}.
     */
    public static EmbeddedClickHouse startTemporary() {
        return builder().credentials("default", "test").start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The command that runs the engine's process with the classpath of this JVM. */
    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        // Not in the environment: a process left over is known by it on its command line.
        command.addAll(List.of("--set", "CLICKHOUSE_DATA_DIR=" + home.resolve("data")));
        return command;
    }

    /** The password is in a file of the user alone, in a directory of its own. */
    private Map<String, String> environment() throws IOException {
        Path secrets = home.resolve("secrets");
        Files.createDirectories(
                secrets,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = secrets.resolve("password");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password);
        return Map.of(
                "LC_ALL",
                "C",
                "TZ",
                "UTC",
                "APEX_TIER",
                "local",
                "CLICKHOUSE_PORT",
                Integer.toString(port),
                "CLICKHOUSE_LIBRARY",
                library.toString(),
                "CLICKHOUSE_USER",
                user,
                "CLICKHOUSE_SECRETS_DIR",
                secrets.toString());
    }

    /** Brings the engine's shared library into the user's cache directory, where it stays. */
    public static Path bringLibrary() {
        return ClickHouseLibrary.bring(EngineCache.ofUser());
    }

    /** Where {@link #bringLibrary()} puts it, whether it is there or not. */
    public static Path libraryFile() {
        return ClickHouseLibrary.fileIn(EngineCache.ofUser());
    }

    /** Whether {@link #bringLibrary()} has nothing to download. */
    public static boolean isBrought() {
        return ClickHouseLibrary.isIn(EngineCache.ofUser());
    }

    /** How an engine is to be. */
    public static final class Builder {
        private @Nullable Path home;
        private @Nullable Path cache;
        private String user = "default";
        private String password = "";
        private int port;
        private Consumer<ProcessIdentity> onSpawn = process -> {};

        private Builder() {}

        /** Keeps data and log under this directory; without it the data is temporary. */
        public Builder dataDirectory(Path directory) {
            this.home = directory.toAbsolutePath();
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

        /** The one user and the password. */
        public Builder credentials(String name, String secret) {
            this.user = name;
            this.password = secret;
            return this;
        }

        /** Where the engine's library is shared; without it the user's cache directory. */
        public Builder cache(Path directory) {
            this.cache = directory.toAbsolutePath();
            return this;
        }

        /**
         * Starts the engine and waits until it answers.
         *
         * @throws EngineException when it cannot be started, with the reason
         */
        public EmbeddedClickHouse start() {
            EmbeddedClickHouse engine = new EmbeddedClickHouse(this);
            engine.startFirst();
            return engine;
        }
    }

    public synchronized int port() {
        return port;
    }

    /** {@code http://127.0.0.1:…}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    public Path log() {
        return home.resolve("clickhouse.log");
    }

    /** The running engine's process. */
    public synchronized ProcessIdentity process() {
        if (server == null) {
            throw new EngineException("The ClickHouse engine is stopped.");
        }
        return server.identity();
    }

    /** Starts the engine again, on the same data and port, after {@link #stop} or {@link #kill}. */
    public synchronized void start() {
        if (closed) {
            throw new EngineException("This ClickHouse engine is closed.");
        }
        if (server != null && server.isAlive()) {
            return;
        }
        try {
            Files.createDirectories(
                    home,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path pidFile = home.resolve("clickhouse.pid");
            Orphans.stop(pidFile, "ClickHouseEngine", home, "TERM");
            Ports.requireFree(port, "ClickHouse");
            ServerProcess started = spawn();
            server = started;
            onSpawn.accept(started.identity());
            Files.writeString(pidFile, Long.toString(started.identity().pid()));
            started.awaitReady(START_LIMIT, this::answers);
        } catch (IOException e) {
            throw new EngineException(
                    "Cannot prepare the ClickHouse directory " + home + ": " + e, e);
        }
    }

    /** A clean stop. The data stays. */
    public synchronized void stop() {
        if (server != null) {
            server.stop("TERM", STOP_LIMIT);
            server = null;
        }
    }

    /** Kills the engine as a crash would ({@code SIGKILL}). */
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

    private ServerProcess spawn() throws IOException {
        return ServerProcess.start("The ClickHouse engine", command(), environment(), home, log());
    }

    private synchronized void startFirst() {
        Runtime.getRuntime().addShutdownHook(shutdownHook);
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

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + port + "/ping")
                                    .toURL()
                                    .openConnection();
            connection.setConnectTimeout(PING_MILLIS);
            connection.setReadTimeout(PING_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
