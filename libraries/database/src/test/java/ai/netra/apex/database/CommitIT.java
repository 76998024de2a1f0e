package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The network is cut before, during and after COMMIT. {@code -Dapex.commit.tries=1000} is the full
 * proof; the usual run makes fewer.
 */
@Tag("STA-8")
class CommitIT {

    @Test
    void eachReportedOutcomeIsTrueNoRowIsLostAndNoneDoubled() throws Exception {
        TestServer.execute(
                "DROP TABLE IF EXISTS committed", "CREATE TABLE committed (id int NOT NULL)");
        int tries = Integer.getInteger("apex.commit.tries", 40);
        Random random = new Random(42);
        Map<Outcome, Integer> reported = new EnumMap<>(Outcome.class);
        try (TcpProxy proxy = TcpProxy.to(TestServer.SERVER.port());
                TcpProxy spare = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db = start("commit-cut", proxy, spare)) {
            for (int i = 0; i < tries; i++) {
                int id = i;
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> db.health().status() != DatabaseHealth.Status.DOWN);
                switch (i % 4) {
                    case 0 -> both(proxy, spare, p -> p.loseRequest("COMMIT"));
                    case 1 -> both(proxy, spare, p -> p.loseAnswerTo("COMMIT"));
                    default -> {
                        long bytes = random.nextInt(400);
                        TcpProxy.Direction way =
                                i % 4 == 2
                                        ? TcpProxy.Direction.TO_SERVER
                                        : TcpProxy.Direction.TO_CLIENT;
                        both(proxy, spare, p -> p.cutAfter(bytes, way));
                    }
                }
                Outcome outcome = insert(db, id, () -> both(proxy, spare, TcpProxy::pass));
                both(proxy, spare, TcpProxy::pass);
                reported.merge(outcome, 1, Integer::sum);
                long rows = rows(id);
                switch (outcome) {
                    case COMMITTED -> assertThat(rows).as("try %d", i).isEqualTo(1);
                    case ROLLED_BACK, NOT_STARTED -> assertThat(rows).as("try %d", i).isZero();
                    case IN_DOUBT -> assertThat(rows).as("try %d", i).isBetween(0L, 1L);
                }
            }
            assertThat(reported).doesNotContainKey(Outcome.IN_DOUBT).containsKey(Outcome.COMMITTED);
            try (Connection all = TestServer.raw()) {
                assertThat(DatabaseManagerIT.count(all, "committed"))
                        .isEqualTo(reported.get(Outcome.COMMITTED).longValue());
            }
            System.out.println(
                    tries
                            + " CUTS, reported "
                            + reported
                            + ", resolved by transaction id "
                            + db.snapshot().counters().get("commits_resolved")
                            + ", untrue 0");
            assertThat(db.snapshot().counters().get("commits_resolved")).isPositive();
        }
    }

    @Test
    void aTransactionThatCannotBeAskedAboutIsInDoubtAndNeverRunAgain() throws Exception {
        TestServer.execute("DROP TABLE IF EXISTS doubt", "CREATE TABLE doubt (id int NOT NULL)");
        int[] runs = {0};
        try (TcpProxy proxy = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db = start("doubt", proxy, null)) {
            DatabaseException error =
                    org.assertj.core.api.Assertions.catchThrowableOfType(
                            DatabaseException.class,
                            () ->
                                    db.inTransaction(
                                            SessionRequest.write("insert"),
                                            session -> {
                                                runs[0]++;
                                                update(
                                                        session.connection(),
                                                        "INSERT INTO doubt VALUES (1)");
                                                proxy.refuse();
                                                return null;
                                            }));
            assertThat(error.failure().outcome()).isEqualTo(Outcome.IN_DOUBT);
            assertThat(error.failure().retryable()).isFalse();
            assertThat(error.failure().sqlState()).isEqualTo("08007");
            assertThat(runs[0]).isEqualTo(1);
            assertThat(db.interventions())
                    .singleElement()
                    .satisfies(
                            record ->
                                    assertThat(record.whatToDo())
                                            .contains("pg_xact_status('" + record.transactionId()));
        }
    }

    /**
     * The number of a transaction that was lost with the log's end is given to another one, which
     * commits: that says nothing of the first.
     */
    @Test
    void aTransactionThatACrashTookIsNotTakenForTheOneThatGotItsNumber() throws Exception {
        try (EmbeddedPostgres server =
                        EmbeddedPostgres.builder()
                                .setting("wal_writer_delay", "10s")
                                .setting("autovacuum", "off")
                                .start();
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config("reused", server, "127.0.0.1:" + server.port())
                                        .pool(PoolBounds.exactly(2))
                                        .build())) {
            server.execute(
                    "postgres",
                    "CREATE TABLE reused (id text NOT NULL, xid xid8 DEFAULT pg_current_xact_id())",
                    "CHECKPOINT");
            Queue<String> ours = new ConcurrentLinkedQueue<>();
            db.inTransaction(
                    SessionRequest.write("insert"),
                    session -> {
                        update(session.connection(), "INSERT INTO reused VALUES ('ours')");
                        ours.add(
                                SessionIT.text(
                                        session.connection(),
                                        "SELECT xid::text FROM reused WHERE id = 'ours'"));
                        if (ours.size() == 1) {
                            server.kill();
                            server.start();
                            for (int i = 0; i < 3; i++) {
                                server.execute("postgres", "INSERT INTO reused VALUES ('other')");
                            }
                        }
                        return null;
                    });
            try (Connection raw = server.connect("postgres")) {
                assertThat(SessionIT.text(raw, "SELECT count(*) FROM reused WHERE id = 'ours'"))
                        .as("the row, whose transaction was reported committed")
                        .isEqualTo("1");
                assertThat(
                                SessionIT.text(
                                        raw,
                                        "SELECT min(xid::text::bigint) FROM reused WHERE id = 'other'"))
                        .as("the number given again")
                        .isEqualTo(ours.peek());
            }
            assertThat(ours).hasSize(2);
        }
    }

    private static DatabaseManager start(String name, TcpProxy first, TcpProxy second) {
        String hosts = "127.0.0.1:" + first.port();
        if (second != null) {
            hosts += ",127.0.0.1:" + second.port();
        }
        return DatabaseManager.start(
                TestServer.config(name, TestServer.SERVER, hosts)
                        .pool(PoolBounds.exactly(2))
                        .limits(TimeLimits.forTier(Tier.TEST).withConnect(Duration.ofSeconds(2)))
                        .build());
    }

    private static void both(
            TcpProxy first, TcpProxy second, java.util.function.Consumer<TcpProxy> what) {
        what.accept(first);
        what.accept(second);
    }

    /** Inserts once; what the library says became of it. */
    private static Outcome insert(DatabaseManager db, int id, Runnable heal) {
        boolean[] begun = {false};
        Thread healer = null;
        try {
            healer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        java.util.concurrent.locks.LockSupport.parkNanos(
                                                200_000_000);
                                        heal.run();
                                    });
            return db.inTransaction(
                    SessionRequest.write("insert").once(),
                    session -> {
                        begun[0] = true;
                        update(session.connection(), "INSERT INTO committed VALUES (" + id + ")");
                        return Outcome.COMMITTED;
                    });
        } catch (DatabaseException e) {
            return e.failure().outcome();
        } finally {
            if (healer != null) {
                try {
                    healer.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static long rows(int id) throws SQLException {
        try (Connection connection = TestServer.raw()) {
            return DatabaseManagerIT.count(connection, "committed WHERE id = " + id);
        }
    }
}
