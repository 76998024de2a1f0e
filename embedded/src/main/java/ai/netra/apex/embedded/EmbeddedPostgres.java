package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
public final class EmbeddedPostgres extends EmbeddedServer {

    private static final String WRONG_PASSWORD = "28P01";

    private final PostgresBinaries binaries;
    private final Map<String, String> settings;
    private final String superuser = PostgresFiles.SUPERUSER;
    private final @Nullable String otherPassword;
    private final String password;

    private EmbeddedPostgres(Builder builder) {
        super("PostgreSQL", "INT", "postgres", builder);
        EngineCache cache = builder.engineCache();
        this.binaries =
                PostgresBinaries.unpack(
                        cache, builder.way == null ? Unprivileged.here() : builder.way);
        this.settings = new LinkedHashMap<>(builder.settings);
        this.otherPassword = builder.otherPassword;
        PostgresFiles files = new PostgresFiles(binaries, home());
        this.password =
                temporary()
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
    public static final class Builder extends EmbeddedServer.Builder<Builder, EmbeddedPostgres> {
        private @Nullable Unprivileged way;
        private @Nullable String password;
        private @Nullable String otherPassword;
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        @Override
        EmbeddedPostgres build() {
            return new EmbeddedPostgres(this);
        }

        /** As whom to run, for tests of the ways that are not taken here. */
        Builder way(Unprivileged chosen) {
            this.way = chosen;
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

        /**
         * A server setting, as in postgresql.conf, e.g. {@code max_connections}, {@code 20}.
         * Nothing secret.
         */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }
    }

    /** The superuser's name. */
    public String superuser() {
        return superuser;
    }

    /** The superuser's password. */
    public String password() {
        return password;
    }

    public Path log() {
        return home().resolve("postgres.log");
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

    /**
     * Kills the server as a crash would ({@code SIGKILL}); the next {@link #start} recovers from
     * the log.
     */
    @Override
    public synchronized void kill() {
        if (!isRunning()) {
            return;
        }
        List<ProcessHandle> children =
                process().handle().stream().flatMap(ProcessHandle::children).toList();
        end("KILL");
        children.forEach(child -> ProcessIdentity.of(child).awaitEnd(STOP_LIMIT));
    }

    @Override
    void giveUp() {
        end("QUIT");
    }

    private Path data() {
        return home().resolve("data");
    }

    @Override
    ServerProcess spawn(int onPort) {
        Orphans.stop(data().resolve("postmaster.pid"), "postgres", data(), "INT");
        Ports.requireFree(onPort, "PostgreSQL");
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("listen_addresses", "127.0.0.1");
        effective.put("unix_socket_directories", "");
        effective.put("port", Integer.toString(onPort));
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
                home(),
                log());
    }

    /** The server writes its state as the eighth line of its pid file. */
    @Override
    boolean answers(ServerProcess process) {
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
