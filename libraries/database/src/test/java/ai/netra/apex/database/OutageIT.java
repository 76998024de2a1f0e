package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How soon sessions work again, however long the database was away. */
class OutageIT {

    @Test
    @Tag("INF-1")
    @Tag("NET-3")
    void afterALongOutageTheFirstSessionDoesNotWaitForThePoolsOwnBackoff() throws Exception {
        try (TcpProxy only = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config(
                                                "outage",
                                                TestServer.SERVER,
                                                "127.0.0.1:" + only.port())
                                        .pool(PoolBounds.exactly(2))
                                        .build())) {
            assertThat(works(db)).isTrue();
            only.reset();
            only.refuse();
            // The pool alone would by now wait for five seconds between two attempts.
            await().atMost(60, TimeUnit.SECONDS)
                    .during(Duration.ofSeconds(6))
                    .until(() -> db.health().status() == DatabaseHealth.Status.DOWN);
            only.pass();
            long begin = System.nanoTime();
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> works(db));
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    @Tag("CFG-6")
    void aManagerWhoseDatabaseIsAwayClosesAtOnce() throws Exception {
        try (TcpProxy only = TcpProxy.to(TestServer.SERVER.port())) {
            DatabaseManager db =
                    DatabaseManager.start(
                            TestServer.config(
                                            "closing",
                                            TestServer.SERVER,
                                            "127.0.0.1:" + only.port())
                                    .pool(PoolBounds.exactly(2))
                                    .build());
            only.reset();
            only.refuse();
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.DOWN);
            long begin = System.nanoTime();
            db.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(4));
        }
    }

    private static boolean works(DatabaseManager db) {
        try (Connection connection = db.asDataSource().getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** As of {@code dblink} or a foreign table. */
    @Test
    @Tag("INF-1")
    void whatTheServerSaysOfAnotherConnectionCostsNoneOfOurs() throws Exception {
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("remote").pool(PoolBounds.exactly(2)).build())) {
            for (String code : new String[] {"08000", "08001", "08006", "57000", "HV00N"}) {
                try (Session session = db.open(SessionRequest.write("remote"))) {
                    Connection connection = session.connection();
                    assertThat(
                                    catchThrowable(
                                            () ->
                                                    update(
                                                            connection,
                                                            "DO $$ BEGIN RAISE 'remote' USING"
                                                                    + " ERRCODE = '"
                                                                    + code
                                                                    + "'; END $$")))
                            .hasMessageContaining("remote");
                    assertThat(text(connection, "SELECT pg_backend_pid()"))
                            .isEqualTo(Integer.toString(session.info().backendPid()));
                }
            }
            assertThat(db.snapshot().counters())
                    .hasEntrySatisfying("connections_destroyed", n -> assertThat(n).isZero());
        }
    }
}
