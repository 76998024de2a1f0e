package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.testing.TcpProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("INF-7")
class FailoverIT {

    /** A standby of {@code primary} that streams from it; made from a cold copy of its data. */
    static EmbeddedPostgres standbyOf(EmbeddedPostgres primary, Path home) throws Exception {
        primary.stop();
        Files.createDirectories(home);
        Process copy =
                new ProcessBuilder("cp", "-a", primary.home() + "/data", home + "/data")
                        .inheritIO()
                        .start();
        assertThat(copy.waitFor()).isZero();
        primary.start();
        Files.createFile(home.resolve("data/standby.signal"));
        Files.writeString(
                home.resolve("data/postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port="
                        + primary.port()
                        + " user=postgres password="
                        + primary.password()
                        + "'\n");
        return EmbeddedPostgres.builder()
                .dataDirectory(home)
                .superuserPassword(primary.password())
                .start();
    }

    private static boolean written(DatabaseManager db, int id) {
        return catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("write")
                                                .within(Duration.ofSeconds(15)),
                                        session ->
                                                update(
                                                        session.connection(),
                                                        "INSERT INTO ledger VALUES (" + id + ")")))
                == null;
    }

    @Test
    void afterAPromotionNothingIsWrittenToTheOldPrimaryAgain(@TempDir Path home) throws Exception {
        try (EmbeddedPostgres old = EmbeddedPostgres.startTemporary();
                EmbeddedPostgres standby = standbyOf(old, home.resolve("standby"));
                TcpProxy toOld = TcpProxy.to(old.port());
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config(
                                                "failover",
                                                old,
                                                "127.0.0.1:"
                                                        + toOld.port()
                                                        + ",127.0.0.1:"
                                                        + standby.port())
                                        .pool(PoolBounds.exactly(3))
                                        .limits(
                                                TimeLimits.forTier(Tier.TEST)
                                                        .withConnect(Duration.ofSeconds(2)))
                                        .build())) {
            old.execute("postgres", "CREATE TABLE ledger (id int)");
            assertThat(written(db, 1)).isTrue();
            readsFromTheStandbyWhenStaleIsGoodEnough(db);

            toOld.blackHole();
            standby.execute("postgres", "SELECT pg_promote()");
            await().atMost(90, TimeUnit.SECONDS).until(() -> written(db, 2));

            // The network heals: the old primary is back, and believes in itself.
            toOld.pass();
            await().atMost(90, TimeUnit.SECONDS)
                    .until(() -> db.health().routes().getFirst().detail().contains("STALE"));
            for (int id = 3; id < 40; id++) {
                assertThat(written(db, id)).isTrue();
            }
            assertThat(numbers(old)).isEqualTo("1");
            assertThat(numbers(standby)).startsWith("1,2,3,4,").endsWith(",39");
            try (Session session = db.open(SessionRequest.write("epoch"))) {
                assertThat(session.epoch()).isEqualTo(2);
            }
        }
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

    private static String numbers(EmbeddedPostgres server) throws SQLException {
        try (Connection connection = server.connect("postgres")) {
            return text(connection, "SELECT string_agg(id::text, ',' ORDER BY id) FROM ledger");
        }
    }

    @Test
    void aLeaseholderThatSleptThroughItsLeaseCannotWrite() throws Exception {
        TestServer.execute(
                "DROP TABLE IF EXISTS apex_lease",
                "DROP TABLE IF EXISTS led",
                "CREATE TABLE led (by text)");
        try (DatabaseManager first = DatabaseManager.start(TestServer.config("first").build());
                DatabaseManager second =
                        DatabaseManager.start(TestServer.config("second").build())) {
            FencedLeases ours = new FencedLeases(first);
            FencedLeases theirs = new FencedLeases(second);
            ours.createTable();
            FencedLeases.Lease sleeper =
                    ours.acquire("leader", "a", Duration.ofMillis(200)).orElseThrow();
            assertThat(theirs.acquire("leader", "b", Duration.ofSeconds(30))).isEmpty();
            FencedLeases.Lease successor =
                    await().atMost(60, TimeUnit.SECONDS)
                            .until(
                                    () -> theirs.acquire("leader", "b", Duration.ofSeconds(30)),
                                    java.util.Optional::isPresent)
                            .orElseThrow();

            assertThat(successor.token()).isGreaterThan(sleeper.token());
            assertThatThrownBy(() -> lead(first, sleeper)).isInstanceOf(DatabaseException.class);
            lead(second, successor);
            assertThat(ours.renew(sleeper, Duration.ofSeconds(30))).isFalse();
            ours.release(sleeper);
            assertThat(theirs.renew(successor, Duration.ofSeconds(30))).isTrue();
            try (Connection connection = TestServer.raw()) {
                assertThat(text(connection, "SELECT string_agg(by, ',') FROM led")).isEqualTo("b");
            }
        }
    }

    @Test
    void noLeaseIsTakenOverBetweenItsCheckAndTheCommit() throws Exception {
        TestServer.execute("DROP TABLE IF EXISTS apex_lease");
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("hold").build())) {
            FencedLeases leases = new FencedLeases(db);
            leases.createTable();
            FencedLeases.Lease lease =
                    leases.acquire("leader", "a", Duration.ofMillis(1)).orElseThrow();
            db.inTransaction(
                    SessionRequest.write("lead"),
                    session -> {
                        FencedLeases.requireCurrent(session.connection(), lease);
                        try (Connection rival = TestServer.raw()) {
                            update(rival, "SET lock_timeout = 200");
                            assertThatThrownBy(
                                            () ->
                                                    update(
                                                            rival,
                                                            "UPDATE apex_lease SET token = token + 1"))
                                    .hasMessageContaining("lock timeout");
                        }
                        return null;
                    });
        }
    }

    private static void lead(DatabaseManager db, FencedLeases.Lease lease) {
        db.inTransaction(
                SessionRequest.write("lead"),
                session -> {
                    FencedLeases.requireCurrent(session.connection(), lease);
                    return update(
                            session.connection(),
                            "INSERT INTO led VALUES ('" + lease.holder() + "')");
                });
    }
}
