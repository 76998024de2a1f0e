package ai.netra.apex.launcher.rotate;

import ai.netra.apex.embedded.PostgresRoles;
import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.SecretStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Changes roles of one of the embedded clusters, as its superuser. */
final class PostgresAdmin {

    static final String SUPERUSER_PASSWORD = "superuser-password";

    /** The superuser's new password while the server may know either. */
    static final String SUPERUSER_PASSWORD_NEXT = "superuser-password-next";

    private final SecretStore secrets;
    private final String cluster;
    private final int port;

    PostgresAdmin(SecretStore secrets, String cluster, int port) {
        this.secrets = secrets;
        this.cluster = cluster;
        this.port = port;
    }

    String cluster() {
        return cluster;
    }

    SecretStore secrets() {
        return secrets;
    }

    /** Gives a role a password; it is hashed here, the server and its log never see it. */
    void password(String role, String password) {
        run(connection -> PostgresRoles.password(connection, role, password));
    }

    /** Takes a role's password away: nobody can sign in as it any more. */
    void noPassword(String role) {
        run(
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute(
                                "ALTER ROLE \"" + role.replace("\"", "\"\"") + "\" PASSWORD NULL");
                    }
                });
    }

    /** How many sessions of a role there are. */
    long sessions(String role) {
        try (Connection connection = connect();
                PreparedStatement statement =
                        connection.prepareStatement(
                                "select count(*) from pg_stat_activity where usename = ?")) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void run(Work work) {
        try (Connection connection = connect()) {
            work.on(connection);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A rotation of the superuser's own password may have been killed between its two halves. */
    private Connection connect() throws SQLException {
        String next = secrets.find(cluster, SUPERUSER_PASSWORD_NEXT).orElse(null);
        try {
            return connect(secrets.password(cluster, SUPERUSER_PASSWORD));
        } catch (SQLException e) {
            if (next == null) {
                throw e;
            }
            Connection connection = connect(next);
            secrets.put(cluster, SUPERUSER_PASSWORD, next);
            secrets.remove(cluster, SUPERUSER_PASSWORD_NEXT);
            return connection;
        }
    }

    private Connection connect(String password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("ApplicationName", "apex secrets rotate");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    }

    private CliException failed(SQLException e) {
        return new CliException(
                Rotations.TRY_AGAIN,
                "The database server %s could not be changed: %s"
                        .formatted(cluster, e.getMessage()),
                e);
    }
}
