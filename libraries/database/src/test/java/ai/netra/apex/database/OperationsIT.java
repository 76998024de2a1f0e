package ai.netra.apex.database;

import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.resilience.ErrorState;
import ai.netra.apex.resilience.ErrorStateMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationsIT {

    @Test
    @Tag("STA-4")
    @Tag("STA-3")
    void aPoolThatDoesNotHoldUnderLoadIsFoundAtStart() {
        try (EmbeddedPostgres server = EmbeddedPostgres.startTemporary()) {
            server.execute(
                    "postgres", "CREATE ROLE narrow LOGIN PASSWORD 'narrow' CONNECTION LIMIT 4");
            DatabaseConfig.Builder config =
                    TestServer.config("narrow", server, "127.0.0.1:" + server.port())
                            .credentials(CredentialsSource.of("narrow", "narrow"))
                            .pool(PoolBounds.exactly(8));
            assertThatThrownBy(
                            () ->
                                    DatabaseManager.start(
                                            config.startPolicy(StartPolicy.REQUIRED).build()))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("of 8 connections worked at once");
        }
    }

    @Test
    @Tag("CFG-4")
    @Tag("STA-3")
    void theSizeIsExplainedInTheSnapshot() {
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("explained").build())) {
            assertThat(db.snapshot().sizing()).first().asString().contains("cores");
            assertThat(db.snapshot().sizing()).last().asString().startsWith("pool size");
            assertThat(db.snapshot().counters().get("connections_opened"))
                    .isEqualTo(db.snapshot().poolSize());
        }
    }

    @Test
    @Tag("STA-10")
    @Tag("STA-6")
    @Tag("STA-5")
    void theBooksBalanceAfterHundredsOfSessionsThatEndInEveryWay() throws Exception {
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("books")
                                .pool(PoolBounds.exactly(6))
                                .cleanup(CleanupCheck.SUSPECTED)
                                .admission(AdmissionPolicy.standard().withWaiters(5000, 5000))
                                .build())) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 30; t++) {
                String user = "u" + t % 7;
                threads.add(Thread.ofVirtual().start(() -> use(db, user)));
            }
            for (Thread each : threads) {
                each.join();
            }
            assertThat(db.snapshot().inUse()).isZero();
            assertThat(db.unaccountedSessions()).isZero();
            var counters = db.snapshot().counters();
            assertThat(counters.get("sessions_opened"))
                    .isEqualTo(
                            counters.get("sessions_released") + counters.get("sessions_reclaimed"))
                    .isPositive();
            assertThat(db.metrics())
                    .filteredOn(m -> m.name().equals("db.client.connection.count"))
                    .extracting(m -> m.attributes().get("db.client.connection.state"))
                    .containsExactlyInAnyOrder("used", "idle");
        }
    }

    private static void use(DatabaseManager db, String user) {
        Random random = ThreadLocalRandom.current();
        for (int i = 0; i < 10; i++) {
            try {
                int way = random.nextInt(4);
                db.inTransaction(
                        SessionRequest.write("use").user(user),
                        session -> {
                            text(session.connection(), "SELECT 1");
                            switch (way) {
                                case 0 -> session.close();
                                case 1 -> throw new IllegalStateException("the body's own");
                                case 2 -> text(session.connection(), "SELECT 1/0");
                                default -> text(session.connection(), "SELECT 2");
                            }
                            return null;
                        });
            } catch (DatabaseException | IllegalStateException e) {
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    @Tag("INF-3")
    void aRotatedPasswordIsUsedWithoutARestart(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("password");
        TestServer.execute(
                "DROP ROLE IF EXISTS rotated", "CREATE ROLE rotated LOGIN PASSWORD 'one'");
        Files.writeString(file, "one\n");
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("rotate")
                                .credentials(CredentialsSource.file("rotated", file))
                                .pool(PoolBounds.exactly(2))
                                .build())) {
            assertThat(user(db)).isEqualTo("rotated");
            TestServer.execute("ALTER ROLE rotated PASSWORD 'two'");
            Files.writeString(file, "two\n");
            db.refreshConnections();
            for (int i = 0; i < 5; i++) {
                assertThat(user(db)).isEqualTo("rotated");
            }
        }
    }

    private static String user(DatabaseManager db) throws SQLException {
        try (Connection connection = db.asDataSource().getConnection()) {
            return text(connection, "SELECT current_user");
        }
    }

    @Test
    @Tag("ERR-8")
    void troubleShowsInTheErrorStatesAndAPersonResolvesIt() throws Exception {
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("trouble").pool(PoolBounds.exactly(2)).build())) {
            try (Session session = db.open(SessionRequest.write("transfer"))) {
                Connection connection = session.connection();
                connection.setAutoCommit(false);
                text(connection, "SELECT 1");
                TestServer.execute(
                        "SELECT pg_terminate_backend(" + session.info().backendPid() + ")");
                assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
            }
            assertThat(stage(db, ErrorState.SESSION))
                    .isEqualTo(ErrorStateMachine.Stage.MANUAL_INTERVENTION);
            db.errorStates().resolve(ErrorState.SESSION);
            assertThat(stage(db, ErrorState.SESSION)).isEqualTo(ErrorStateMachine.Stage.FINE);
        }
    }

    private static ErrorStateMachine.Stage stage(DatabaseManager db, ErrorState state) {
        return db.errorStates().entries().stream()
                .filter(entry -> entry.state() == state)
                .findFirst()
                .orElseThrow()
                .stage();
    }

    @Test
    @Tag("INF-9")
    @Tag("STA-5")
    void aPoolThatDoesNotHoldIsSeenInItsHealth() throws Exception {
        TestServer.execute(
                "DROP ROLE IF EXISTS few",
                "CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 3");
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("few")
                                .credentials(CredentialsSource.of("few", "few"))
                                .pool(PoolBounds.exactly(5))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withConnect(Duration.ofSeconds(1)))
                                .build())) {
            assertThat(db.health().status()).isEqualTo(DatabaseHealth.Status.DEGRADED);
            assertThat(db.health().detail()).contains("of 5 connections");
            TestServer.execute("ALTER ROLE few CONNECTION LIMIT -1");
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.UP);
        }
    }
}
