package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.testing.PostgresPair;
import ai.netra.apex.testing.TcpProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failover to a standby that really streams, and what becomes of those who missed it. */
@Tag("INF-7")
class FailoverIT {

    private static DatabaseManager start(EmbeddedPostgres server, int first, int second) {
        return DatabaseManager.start(
                TestServer.config("failover", server, "127.0.0.1:" + first + ",127.0.0.1:" + second)
                        .pool(PoolBounds.exactly(6))
                        .limits(TimeLimits.forTier(Tier.TEST).withConnect(Duration.ofSeconds(2)))
                        .build());
    }

    private static boolean written(DatabaseManager db, int id) {
        return catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("write")
                                                .within(Duration.ofSeconds(15)),
                                        session -> insert(session, id)))
                == null;
    }

    private static int insert(Session session, int id) throws SQLException {
        return update(session.connection(), "INSERT INTO ledger VALUES (" + id + ")");
    }

    private static String numbers(EmbeddedPostgres server) throws SQLException {
        try (Connection connection = server.connect("postgres")) {
            return text(connection, "SELECT string_agg(id::text, ',' ORDER BY id) FROM ledger");
        }
    }

    @Test
    void afterAPartitionNothingIsWrittenToTheOldPrimaryAgain(@TempDir Path home) throws Exception {
        try (PostgresPair servers = PostgresPair.start(home);
                TcpProxy toOld = TcpProxy.to(servers.primary().port());
                DatabaseManager db =
                        start(servers.primary(), toOld.port(), servers.standby().port())) {
            servers.primary().execute("postgres", "CREATE TABLE ledger (id int)");
            assertThat(written(db, 1)).isTrue();
            readsFromTheStandbyWhenStaleIsGoodEnough(db);
            try (Session held = db.open(SessionRequest.write("held"));
                    Session single = db.open(SessionRequest.write("single"))) {
                held.connection().setAutoCommit(false);
                insert(held, 100);
                toOld.blackHole();
                servers.promote();
                await().atMost(90, TimeUnit.SECONDS).until(() -> written(db, 2));

                // The network heals: the old primary is back, and believes in itself.
                toOld.pass();
                assertOver(catchThrowable(() -> held.connection().commit()));
                assertOver(catchThrowable(() -> insert(single, 101)));
            }
            await().atMost(90, TimeUnit.SECONDS)
                    .until(() -> db.health().routes().getFirst().detail().contains("STALE"));
            for (int id = 3; id < 40; id++) {
                assertThat(written(db, id)).isTrue();
            }
            assertThat(numbers(servers.primary())).isEqualTo("1");
            assertThat(numbers(servers.standby())).startsWith("1,2,3,4,").endsWith(",39");
            try (Session session = db.open(SessionRequest.write("epoch"))) {
                assertThat(session.epoch()).isEqualTo(2);
            }
        }
    }

    private static void assertOver(Throwable error) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        SessionEndedException.class,
                        ended -> {
                            assertThat(ended.reason())
                                    .isEqualTo(SessionEndedException.Reason.STALE_PRIMARY);
                            assertThat(ended.failure().kind()).isEqualTo(FailureKind.FAILOVER);
                            assertThat(ended.failure().outcome()).isEqualTo(Outcome.ROLLED_BACK);
                        });
    }

    private static void readsFromTheStandbyWhenStaleIsGoodEnough(DatabaseManager db) {
        await().atMost(90, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> {
                            try (Session session =
                                    db.open(
                                            SessionRequest.read("report")
                                                    .access(Access.STALE_OK))) {
                                assertThat(text(session.connection(), "SELECT pg_is_in_recovery()"))
                                        .isEqualTo("t");
                            }
                        });
    }

    /**
     * The old primary is paused with two transactions in hand: of one the COMMIT is not sent yet,
     * of the other it is on its way.
     */
    @Test
    @Tag("STA-8")
    void afterAPauseWhatWasNotCommittedRunsAgainOnTheNewPrimaryAndWhatWasOnItsWayIsInDoubt(
            @TempDir Path home) throws Exception {
        try (PostgresPair servers = PostgresPair.start(home);
                DatabaseManager db =
                        start(
                                servers.primary(),
                                servers.primary().port(),
                                servers.standby().port())) {
            servers.primary().execute("postgres", "CREATE TABLE ledger (id int)");
            assertThat(written(db, 1)).isTrue();
            servers.awaitCaughtUp();
            Held unsent = new Held(db, 100);
            Held sent = new Held(db, 200);
            servers.pausePrimary();
            sent.goOn();
            servers.promote();
            await().atMost(90, TimeUnit.SECONDS).until(() -> written(db, 2));

            var doubt =
                    catchThrowableOfType(
                            java.util.concurrent.ExecutionException.class,
                            () -> sent.outcome.get(60, TimeUnit.SECONDS));
            assertThat(doubt.getCause())
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.failure().outcome()).isEqualTo(Outcome.IN_DOUBT));
            assertThat(sent.runs).hasValue(1);

            servers.resumePrimary();
            unsent.goOn();
            unsent.outcome.get(60, TimeUnit.SECONDS);
            assertThat(unsent.runs).hasValue(2);
            for (int id = 3; id < 20; id++) {
                assertThat(written(db, id)).isTrue();
            }
            assertThat(numbers(servers.standby())).startsWith("1,2,3,").endsWith(",19,100");
            // What was sent before the pause may be done there; nothing else ever is.
            assertThat(numbers(servers.primary())).isIn("1", "1,200");
            assertThat(db.interventions()).hasSize(1);
        }
    }

    /** A transaction in a thread of its own that has written and waits before its COMMIT. */
    private static final class Held {
        final AtomicInteger runs = new AtomicInteger();
        final CompletableFuture<Integer> outcome = new CompletableFuture<>();
        private final CompletableFuture<Boolean> goOn = new CompletableFuture<>();

        Held(DatabaseManager db, int id) throws InterruptedException {
            CountDownLatch written = new CountDownLatch(1);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    outcome.complete(
                                            db.inTransaction(
                                                    SessionRequest.write("held"),
                                                    session -> {
                                                        runs.incrementAndGet();
                                                        int rows = insert(session, id);
                                                        written.countDown();
                                                        goOn.join();
                                                        return rows;
                                                    }));
                                } catch (RuntimeException e) {
                                    outcome.completeExceptionally(e);
                                }
                            });
            assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
        }

        void goOn() {
            goOn.complete(true);
        }
    }

    /**
     * The standby never hears of the last grant, and its clock is an hour ahead: {@code
     * clock_timestamp} is replaced there in the search path.
     */
    @Test
    void noTokenIsGrantedTwiceAcrossAFailoverThatLostAGrantAndTurnedTheClock(@TempDir Path home)
            throws Exception {
        try (PostgresPair servers = PostgresPair.start(home)) {
            skewTheClockOf(servers);
            FencedLeases.Lease known;
            FencedLeases.Lease lost;
            try (DatabaseManager db = DatabaseManager.start(alone(servers.primary()))) {
                FencedLeases leases = new FencedLeases(db);
                leases.createTable();
                known = leases.acquire("leader", "a", Duration.ofMillis(1)).orElseThrow();
                servers.awaitCaughtUp();
                servers.stopReplication();
                lost = leases.acquire("leader", "b", Duration.ofMinutes(30)).orElseThrow();
            }
            servers.promote();
            try (DatabaseManager db = DatabaseManager.start(alone(servers.standby()))) {
                FencedLeases leases = new FencedLeases(db);
                // By that clock every lease of the old primary is over, whoever holds it.
                FencedLeases.Lease next =
                        leases.acquire("leader", "c", Duration.ofMinutes(30)).orElseThrow();
                assertThat(next.token()).isGreaterThan(lost.token());
                for (FencedLeases.Lease each : new FencedLeases.Lease[] {known, lost}) {
                    assertThatThrownBy(() -> check(db, each)).hasMessageContaining("by another");
                    assertThat(leases.renew(each, Duration.ofMinutes(1))).isFalse();
                }
                check(db, next);
            }
        }
    }

    private static void check(DatabaseManager db, FencedLeases.Lease lease) {
        db.inTransaction(
                SessionRequest.write("lead"),
                session -> {
                    FencedLeases.requireCurrent(session.connection(), lease);
                    return lease;
                });
    }

    private static DatabaseConfig alone(EmbeddedPostgres server) {
        return TestServer.config("alone", server, "127.0.0.1:" + server.port())
                .pool(PoolBounds.exactly(2))
                .build();
    }

    private static void skewTheClockOf(PostgresPair servers) {
        servers.primary()
                .execute(
                        "postgres",
                        "CREATE SCHEMA skewed",
                        "CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
                                + " VOLATILE RETURN pg_catalog.clock_timestamp() + CASE"
                                + " current_setting('port')::int WHEN "
                                + servers.standby().port()
                                + " THEN interval '1 hour' ELSE interval '0' END",
                        "ALTER DATABASE postgres SET search_path = skewed, pg_catalog, public");
    }
}
