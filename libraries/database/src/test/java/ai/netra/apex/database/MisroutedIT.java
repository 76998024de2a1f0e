package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.testing.PostgresPair;
import ai.netra.apex.testing.TcpProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("INF-1")
class MisroutedIT {

    /** A cluster with an identity of its own; temporary ones all have the template's. */
    private static EmbeddedPostgres own(Path home) {
        return EmbeddedPostgres.builder()
                .dataDirectory(home)
                .superuserPassword(TestServer.SERVER.password())
                .start();
    }

    private static Throwable written(DatabaseManager db) {
        return catchThrowable(
                () ->
                        db.inTransaction(
                                SessionRequest.write("w"),
                                session ->
                                        update(
                                                session.connection(),
                                                "INSERT INTO ours VALUES (1)")));
    }

    @Test
    void aSlowPrimaryBesideAFastStandbyStillTakesWrites(@TempDir Path home) {
        try (PostgresPair servers = PostgresPair.start(home);
                TcpProxy toPrimary = TcpProxy.to(servers.primary().port());
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config(
                                                "slow primary",
                                                servers.primary(),
                                                "127.0.0.1:"
                                                        + toPrimary.port()
                                                        + ",127.0.0.1:"
                                                        + servers.standby().port())
                                        .pool(PoolBounds.exactly(2))
                                        .build())) {
            servers.primary().execute("postgres", "CREATE TABLE slowly (id int)");
            toPrimary.delay(Duration.ofMillis(120));
            AtomicInteger looks = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(500))
                    .atMost(60, TimeUnit.SECONDS)
                    .until(
                            () -> {
                                assertThat(
                                                catchThrowable(
                                                        () ->
                                                                db.inTransaction(
                                                                        SessionRequest.write("w"),
                                                                        session ->
                                                                                update(
                                                                                        session
                                                                                                .connection(),
                                                                                        "INSERT INTO"
                                                                                                + " slowly"
                                                                                                + " VALUES"
                                                                                                + " (1)"))))
                                        .as("look %d: %s", looks.get(), db.health())
                                        .isNull();
                                return looks.incrementAndGet() > 12;
                            });
        }
    }

    @Test
    void aListenerThatFailsInAnyWayDoesNotStopTheProbes() {
        try (TcpProxy only = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config(
                                                "listener",
                                                TestServer.SERVER,
                                                "127.0.0.1:" + only.port())
                                        .pool(PoolBounds.exactly(2))
                                        .build())) {
            AtomicInteger told = new AtomicInteger();
            db.onEvent(
                    event -> {
                        if (event instanceof DatabaseEvent.RouteChanged) {
                            told.incrementAndGet();
                            throw new AssertionError("a listener's own mistake");
                        }
                    });
            only.refuse();
            await().dontCatchUncaughtExceptions()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> told.get() > 0);
            only.pass();
            await().dontCatchUncaughtExceptions()
                    .atMost(15, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.UP);
        }
    }

    @Test
    void aShortTimeToConnectIsNoMistake() {
        DatabaseManager.start(
                        TestServer.config("short")
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withConnect(Duration.ofMillis(150)))
                                .build())
                .close();
    }

    @Test
    void idleForeverIsAllowedToBeSaid() throws Exception {
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("forever").build());
                Session session =
                        db.open(
                                SessionRequest.write("long")
                                        .idleAllowance(ChronoUnit.FOREVER.getDuration()));
                Connection connection = session.connection()) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    /** Its epoch is of another history, and says nothing of ours. */
    @Test
    void anotherClustersEpochDoesNotEndOurs(@TempDir Path home, @TempDir Path place)
            throws Exception {
        try (PostgresPair strangers = PostgresPair.start(home);
                EmbeddedPostgres server = own(place);
                TcpProxy toStranger = TcpProxy.to(strangers.standby().port())) {
            strangers.promote();
            toStranger.refuse();
            server.execute("postgres", "CREATE TABLE ours (id int)");
            try (DatabaseManager db =
                    DatabaseManager.start(
                            TestServer.config(
                                            "stranger",
                                            server,
                                            "127.0.0.1:"
                                                    + server.port()
                                                    + ",127.0.0.1:"
                                                    + toStranger.port())
                                    .pool(PoolBounds.exactly(2))
                                    .build())) {
                assertThat(written(db)).isNull();
                toStranger.pass();
                await().atMost(60, TimeUnit.SECONDS)
                        .until(
                                () -> {
                                    String detail = db.health().routes().get(1).detail();
                                    return detail.contains("FOREIGN") || detail.isEmpty();
                                });
                AtomicInteger looks = new AtomicInteger();
                await().pollInterval(Duration.ofMillis(500))
                        .atMost(60, TimeUnit.SECONDS)
                        .until(
                                () -> {
                                    assertThat(written(db)).as(db.health().toString()).isNull();
                                    return looks.incrementAndGet() > 6;
                                });
            }
        }
    }

    @Test
    void whoWasAdmittedBeforeTheCloseIsServed() throws Exception {
        java.util.concurrent.CountDownLatch hold = new java.util.concurrent.CountDownLatch(1);
        java.util.concurrent.atomic.AtomicBoolean slow =
                new java.util.concurrent.atomic.AtomicBoolean();
        DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("admitted")
                                .pool(PoolBounds.exactly(2))
                                .connectionCheck(
                                        connection -> {
                                            if (slow.get()) {
                                                try {
                                                    hold.await();
                                                } catch (InterruptedException e) {
                                                    Thread.currentThread().interrupt();
                                                }
                                            }
                                        })
                                .build());
        slow.set(true);
        db.refreshConnections();
        var work =
                java.util.concurrent.CompletableFuture.supplyAsync(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("w"),
                                        session ->
                                                SessionIT.text(session.connection(), "SELECT 1")));
        await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 1);
        Thread closer = Thread.ofVirtual().start(db::close);
        await().atMost(60, TimeUnit.SECONDS).until(() -> db.health().detail().equals("closed"));
        // Time enough to close pools too early.
        closer.join(Duration.ofMillis(300));
        hold.countDown();
        assertThat(work.get(60, TimeUnit.SECONDS)).isEqualTo("1");
        closer.join();
    }

    @Test
    void withoutAConnectionNothingWasBegun() throws Exception {
        java.util.concurrent.atomic.AtomicBoolean refuse =
                new java.util.concurrent.atomic.AtomicBoolean();
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("nothing begun")
                                .pool(PoolBounds.exactly(2))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withConnect(Duration.ofMillis(500)))
                                .connectionCheck(
                                        connection -> {
                                            if (refuse.get()) {
                                                throw new java.sql.SQLException("no", "28000");
                                            }
                                        })
                                .build())) {
            refuse.set(true);
            db.refreshConnections();
            var error =
                    org.assertj.core.api.Assertions.catchThrowableOfType(
                            DatabaseException.class,
                            () -> db.inTransaction(SessionRequest.write("w"), session -> 0));
            assertThat(error.failure().outcome())
                    .isEqualTo(ai.netra.apex.resilience.Outcome.NOT_STARTED);
        }
    }

    @Test
    void anotherClusterIsNotUsedWhileOursIsAway(@TempDir Path home) {
        try (EmbeddedPostgres other = own(home);
                TcpProxy toOurs = TcpProxy.to(TestServer.SERVER.port());
                TcpProxy toOther = TcpProxy.to(other.port())) {
            toOther.refuse();
            try (DatabaseManager db =
                    DatabaseManager.start(
                            TestServer.config(
                                            "two clusters",
                                            TestServer.SERVER,
                                            "127.0.0.1:"
                                                    + toOurs.port()
                                                    + ",127.0.0.1:"
                                                    + toOther.port())
                                    .pool(PoolBounds.exactly(2))
                                    .build())) {
                toOther.pass();
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> db.health().routes().get(1).detail().contains("FOREIGN"));
                toOurs.refuse();
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> !db.health().routes().getFirst().usable());
                AtomicInteger looks = new AtomicInteger();
                assertThat(
                                catchThrowable(
                                        () ->
                                                db.open(
                                                                SessionRequest.read("look")
                                                                        .within(
                                                                                Duration.ofSeconds(
                                                                                        5)))
                                                        .close()))
                        .isNotNull();
                await().pollInterval(Duration.ofMillis(300))
                        .until(
                                () -> {
                                    assertThat(db.health().routes().get(1).usable())
                                            .as(db.health().toString())
                                            .isFalse();
                                    return looks.incrementAndGet() > 5;
                                });
            }
        }
    }

    /** Its place was taken by another before any probe could tell: the first connection does. */
    @Test
    void aConnectionToAnotherClusterIsRefusedBeforeTheProbesKnow(@TempDir Path home) {
        try (EmbeddedPostgres other = own(home)) {
            DatabaseConfig there =
                    TestServer.config("taken over", other, "127.0.0.1:" + other.port()).build();
            Connector connector = new Connector(new LiveConfig(there));
            Routes routes = new Routes(there.url().endpoints(), connector);
            assertThat(routes.ours(42L)).isTrue();
            assertThat(
                            catchThrowable(
                                    () -> routes.open(Route.Role.PRIMARY, Duration.ofSeconds(20))))
                    .hasMessageContaining("of another cluster");
            assertThat(routes.newestEpoch()).isZero();
            assertThat(connector.connectionsOpen()).isZero();
        }
    }
}
