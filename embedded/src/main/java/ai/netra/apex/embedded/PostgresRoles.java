package ai.netra.apex.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Databases and roles with the least each needs: an owner that migrates, and an application role
 * that reads and writes rows and can change nothing else. Every call may be repeated.
 */
public final class PostgresRoles {

    private final EmbeddedPostgres postgres;

    PostgresRoles(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /**
     * A database, its owner (migrations) and its application role (rows only).
     *
     * @param database name of the database
     * @param owner role that owns it and everything made in it
     * @param application role that may select, insert, update and delete in what the owner makes
     */
    public void database(
            String database,
            String owner,
            String ownerPassword,
            String application,
            String applicationPassword) {
        role(owner, ownerPassword);
        role(application, applicationPassword);
        try (Connection connection = postgres.connect("postgres")) {
            if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", database)) {
                run(connection, "CREATE DATABASE " + quoted(database) + " OWNER " + quoted(owner));
            }
            run(
                    connection,
                    "REVOKE ALL ON DATABASE " + quoted(database) + " FROM PUBLIC",
                    "GRANT CONNECT, TEMPORARY ON DATABASE "
                            + quoted(database)
                            + " TO "
                            + quoted(owner),
                    "GRANT CONNECT ON DATABASE " + quoted(database) + " TO " + quoted(application));
        } catch (SQLException e) {
            throw new EngineException(
                    "Cannot make the database " + database + ": " + e.getMessage(), e);
        }
        grantRows(database, owner, application);
    }

    /**
     * A second role with all rights of {@code application}, so that the two can take turns: one
     * gets a new password while the other is in use. It can sign in once it has a password.
     */
    public void deputy(String application, String deputy) {
        try (Connection connection = postgres.connect("postgres")) {
            create(connection, deputy);
            run(connection, "GRANT " + quoted(application) + " TO " + quoted(deputy));
        } catch (SQLException e) {
            throw new EngineException("Cannot make the role " + deputy + ": " + e.getMessage(), e);
        }
    }

    /** A role that may log in, with this password. */
    public void role(String name, String password) {
        try (Connection connection = postgres.connect("postgres")) {
            create(connection, name);
            password(connection, name, password);
        } catch (SQLException e) {
            throw new EngineException("Cannot make the role " + name + ": " + e.getMessage(), e);
        }
    }

    private static void create(Connection connection, String name) throws SQLException {
        if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name)) {
            run(
                    connection,
                    "CREATE ROLE "
                            + quoted(name)
                            + " LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE");
        }
    }

    /**
     * Gives a role a password over a session of somebody who may. It is hashed here: the server,
     * and so its log, never sees the password itself.
     */
    public static void password(Connection connection, String role, String password)
            throws SQLException {
        connection
                .unwrap(PGConnection.class)
                .alterUserPassword(role, password.toCharArray(), "scram-sha-256");
    }

    /** A role that may read the server's statistics and nothing else, for monitoring. */
    public void monitor(String name, String password, List<String> databases) {
        role(name, password);
        postgres.execute("postgres", "GRANT pg_monitor TO " + quoted(name));
        for (String database : databases) {
            postgres.execute(
                    database,
                    "CREATE EXTENSION IF NOT EXISTS pg_stat_statements",
                    "GRANT CONNECT ON DATABASE " + quoted(database) + " TO " + quoted(name));
        }
    }

    private void grantRows(String database, String owner, String application) {
        String byDefault = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quoted(owner) + " GRANT ";
        String receiver = " TO " + quoted(application);
        postgres.execute(
                database,
                "ALTER SCHEMA public OWNER TO " + quoted(owner),
                "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                "GRANT USAGE ON SCHEMA public" + receiver,
                byDefault + "USAGE ON SCHEMAS" + receiver,
                byDefault + "SELECT, INSERT, UPDATE, DELETE ON TABLES" + receiver,
                byDefault + "USAGE, SELECT ON SEQUENCES" + receiver);
    }

    private static boolean exists(Connection connection, String query, String name)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }
}
