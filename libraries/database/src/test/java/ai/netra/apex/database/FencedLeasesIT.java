package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INF-7")
class FencedLeasesIT {

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
                                    Optional::isPresent)
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
