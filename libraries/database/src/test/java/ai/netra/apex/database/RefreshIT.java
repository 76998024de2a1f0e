package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections after their credentials have changed. */
class RefreshIT {

    private static final String FORMER = "refresh_former";
    private static final String NEXT = "refresh_next";
    private static final String PASSWORD = "refresh-1Kq9vX";

    @Test
    @Tag("INF-3")
    void aConnectionThatWasBeingOpenedWhenCredentialsChangedDoesNotStay() throws Exception {
        for (String role : new String[] {FORMER, NEXT}) {
            TestServer.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + PASSWORD + "'");
        }
        var inForce = new AtomicReference<>(credentials(FORMER));
        var changeNext = new AtomicBoolean();
        var manager = new AtomicReference<DatabaseManager>();
        CredentialsSource source =
                () -> {
                    Credentials read = inForce.get();
                    if (byThePool() && changeNext.compareAndSet(true, false)) {
                        // Just after they were read, and before anybody has signed in with them.
                        inForce.set(credentials(NEXT));
                        manager.get().refreshConnections();
                    }
                    return read;
                };
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("refresh")
                                .credentials(source)
                                .pool(PoolBounds.exactly(3))
                                .build())) {
            manager.set(db);
            await().until(() -> sessions(FORMER) >= 3);
            changeNext.set(true);
            db.refreshConnections();
            await().atMost(Duration.ofSeconds(20)).until(() -> sessions(NEXT) >= 3);
            await().atMost(Duration.ofSeconds(20)).until(() -> sessions(FORMER) == 0);
            assertThat(changeNext).isFalse();
        }
    }

    /** Probes read credentials too, but hold no connection of the pool. */
    private static boolean byThePool() {
        return Thread.currentThread().getName().startsWith("database-pool-");
    }

    private static Credentials credentials(String role) {
        return new Credentials(role, PASSWORD.toCharArray());
    }

    private static int sessions(String role) throws SQLException {
        try (var connection = TestServer.raw();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE usename = '"
                                        + role
                                        + "'")) {
            row.next();
            return row.getInt(1);
        }
    }
}
