package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL 18 server as a process of its own on the loopback interface, with {@code fsync}
 * and {@code synchronous_commit} on and passwords by SCRAM. The data is kept where {@link
 * Builder#dataDirectory} says, or is temporary and deleted by {@link #close}.
 *
 * <p>A server left over on the same data directory by a JVM that was killed is stopped first, never
 * adopted: its settings would be those of then. Runs as root too: PostgreSQL itself then runs in a
 * user namespace.
 *
 * <p>Thread-safe; {@link #close} is idempotent.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final PostgresBinaries binaries;
    private final Path home;
    private final boolean temporary;
    private final boolean portChosen;
    private final Consumer<ProcessIdentity> onSpawn;
    private final boolean stoppedByCaller;
    private final Map<String, String> settings;
    private static final String WRONG_PASSWORD = "28P01";

    private final String superuser;
    private final @Nullable String otherPassword;
    private final String password;
    private final Thread shutdownHook = new Thread(this::closeAtExit, "embedded-postgres-close");
    private int port;
    private @Nullable ServerProcess server;
    private boolean closed;

    private EmbeddedPostgres(Builder builder) {
        EngineCache cache =
                builder.cache == null ? EngineCache.ofUser() : new EngineCache(builder.cache);
        this.binaries =
                PostgresBinaries.unpack(
                        cache, builder.way == null ? Unprivileged.here() : builder.way);
        this.temporary = builder.home == null;
        this.home = builder.home == null ? Directories.temporary("postgres") : builder.home;
        this.settings = new LinkedHashMap<>(builder.settings);
        this.superuser = PostgresFiles.SUPERUSER;
        this.otherPassword = builder.otherPassword;
        this.portChosen = builder.port != 0;
        this.onSpawn = builder.onSpawn;
        this.port = builder.port;
        this.stoppedByCaller = builder.stoppedByCaller;
        PostgresFiles files = new PostgresFiles(binaries, home);
        this.password =
                temporary
                        ? files.fromTemplate(cache)
                        : files.initialiseOnce(cache, builder.password);
    }

    /** A server on temporary data and a free port, for tests. */
    public static EmbeddedPostgres startTemporary() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How a server is to be. */
    public static final class Builder {
        private @Nullable Path home;
        private @Nullable Path cache;
        private @Nullable Unprivileged way;
        private @Nullable String password;
        private @Nullable String otherPassword;
        private int port;
        private Consumer<ProcessIdentity> onSpawn = process -> {};
        private boolean stoppedByCaller;
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Keeps the data under this directory ({@code data/}, {@code postgres.log}); without it the
         * data is temporary.
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

        /** As whom to run, for tests of the ways that are not taken here. */
        Builder way(Unprivileged chosen) {
            this.way = chosen;
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

        /**
         * The superuser's password of kept data, set when the cluster is made; without it a random
         * one, kept in a file.
         */
        public Builder superuserPassword(String value) {
            this.password = value;
            return this;
        }

        /** The one the superuser may have instead, when a change of it was interrupted. */
        public Builder perhapsSuperuserPassword(@Nullable String value) {
            this.otherPassword = value;
            return this;
        }

        /** Where the unpacked programs are shared; without it the user's cache directory. */
        public Builder cache(Path directory) {
            this.cache = directory.toAbsolutePath();
            return this;
        }

        /**
         * A server setting, as in postgresql.conf, e.g. {@code max_connections}, {@code 20}.
         * Nothing secret.
         */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Starts the server and waits until it accepts sessions.
         *
         * @throws EngineException when it cannot be started, with the reason
         */
        public EmbeddedPostgres start() {
            EmbeddedPostgres postgres = new EmbeddedPostgres(this);
            postgres.startFirst();
            return postgres;
        }
    }

    public synchronized int port() {
        return port;
    }

    /** The superuser's name. */
    public String superuser() {
        return superuser;
    }

    /** The superuser's password. */
    public String password() {
        return password;
    }

    /** Where data and log are. */
    public Path home() {
        return home;
    }

    public Path log() {
        return home.resolve("postgres.log");
    }

    /** The running server's process. */
    public synchronized ProcessIdentity process() {
        if (server == null) {
            throw new EngineException("PostgreSQL is stopped.");
        }
        return server.identity();
    }

    /** {@code jdbc:postgresql://127.0.0.1:…/database}, without credentials. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** A new session of the superuser. */
    public Connection connect(String database) throws SQLException {
        try {
            return connect(database, superuser, password);
        } catch (SQLException e) {
            if (otherPassword == null || !WRONG_PASSWORD.equals(e.getSQLState())) {
                throw e;
            }
            return connect(database, superuser, otherPassword);
        }
    }

    /** A new session of any user. */
    public Connection connect(String database, String user, String userPassword)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", userPassword);
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** Runs statements as the superuser, each in its own transaction. */
    public void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new EngineException(
                    "A statement failed in " + database + ": " + e.getMessage(), e);
        }
    }

    /** Makes databases and roles, see {@link PostgresRoles}. */
    public PostgresRoles roles() {
        return new PostgresRoles(this);
    }

    /** Starts the server again, on the same data and port, after {@link #stop} or {@link #kill}. */
    public synchronized void start() {
        requireOpen();
        if (server != null && server.isAlive()) {
            return;
        }
        Orphans.stop(data().resolve("postmaster.pid"), "postgres", data(), "INT");
        Ports.requireFree(port, "PostgreSQL");
        ServerProcess started = spawn();
        server = started;
        onSpawn.accept(started.identity());
        started.awaitReady(START_LIMIT, () -> isReady(started));
    }

    /** A fast and clean stop: sessions are ended, everything is flushed. The data stays. */
    public synchronized void stop() {
        if (server != null) {
            server.stop("INT", STOP_LIMIT);
            server = null;
        }
    }

    /**
     * Kills the server as a crash would ({@code SIGKILL}); the next {@link #start} recovers from
     * the log.
     */
    public synchronized void kill() {
        if (server == null) {
            return;
        }
        List<ProcessHandle> children =
                server.identity().handle().stream().flatMap(ProcessHandle::children).toList();
        server.stop("KILL", STOP_LIMIT);
        children.forEach(child -> ProcessIdentity.of(child).awaitEnd(STOP_LIMIT));
        server = null;
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
            if (temporary && server != null) {
                server.stop("QUIT", STOP_LIMIT);
                server = null;
            } else {
                stop();
            }
            if (temporary) {
                Directories.deleteQuietly(home);
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
            if (portChosen) {
                start();
            } else {
                startOnFreePort();
            }
        } catch (EngineException e) {
            close();
            throw e;
        }
    }

    /** A free port can be taken before the server binds it: try again with another. */
    private void startOnFreePort() {
        int attempts = 3;
        while (true) {
            port = Ports.free();
            try {
                start();
                return;
            } catch (EngineException e) {
                attempts--;
                if (attempts == 0 || !String.valueOf(e.getMessage()).contains("already in use")) {
                    throw e;
                }
            }
        }
    }

    private Path data() {
        return home.resolve("data");
    }

    private void requireOpen() {
        if (closed) {
            throw new EngineException("This PostgreSQL is closed.");
        }
    }

    private ServerProcess spawn() {
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("listen_addresses", "127.0.0.1");
        effective.put("unix_socket_directories", "");
        effective.put("port", Integer.toString(port));
        effective.put("fsync", "on");
        effective.put("synchronous_commit", "on");
        effective.put("full_page_writes", "on");
        effective.put("password_encryption", "scram-sha-256");
        effective.put("shared_preload_libraries", "pg_stat_statements");
        effective.put("log_timezone", "UTC");
        effective.put("timezone", "UTC");
        effective.put("logging_collector", "off");
        effective.putAll(settings);
        List<String> command = new ArrayList<>();
        command.add(binaries.program("postgres").toString());
        command.addAll(List.of("-D", data().toString()));
        effective.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return ServerProcess.start(
                "PostgreSQL",
                binaries.way().command(command),
                Map.of("LC_ALL", "C", "TZ", "UTC"),
                home,
                log());
    }

    /** The server writes its state as the eighth line of its pid file. */
    private boolean isReady(ServerProcess process) {
        try {
            List<String> lines = Files.readAllLines(data().resolve("postmaster.pid"));
            return lines.size() >= 8
                    && lines.get(0).strip().equals(Long.toString(process.identity().pid()))
                    && lines.get(7).startsWith("ready");
        } catch (IOException e) {
            return false; // not written yet
        }
    }
}
