package ai.netra.apex.database;

import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.testing.PostgresPair;
import ai.netra.apex.testing.TcpProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesIT {

    private static final TimeLimits PATIENT =
            TimeLimits.forTier(Tier.TEST)
                    .withQueueWait(Duration.ofMinutes(2))
                    .withConnect(Duration.ofSeconds(30));

    private static DatabaseConfig.Builder over(String name, TcpProxy... proxies) {
        StringBuilder hosts = new StringBuilder();
        for (TcpProxy proxy : proxies) {
            hosts.append(hosts.isEmpty() ? "" : ",").append("127.0.0.1:").append(proxy.port());
        }
        return TestServer.config(name, TestServer.SERVER, hosts.toString())
                .pool(PoolBounds.exactly(4))
                .limits(TimeLimits.forTier(Tier.TEST).withConnect(Duration.ofSeconds(2)));
    }

    private static boolean works(DatabaseManager db) {
        return catchThrowable(
                        () -> {
                            try (Connection connection =
                                    db.asDataSource(
                                                    SessionRequest.read("look")
                                                            .within(Duration.ofSeconds(15)))
                                            .getConnection()) {
                                text(connection, "SELECT 1");
                            }
                        })
                == null;
    }

    private static boolean usable(DatabaseManager db, int route) {
        return db.health().routes().get(route).usable();
    }

    @Test
    @Tag("INF-1")
    void aBlackHoledRouteIsEjectedAndComesBackByItself() {
        try (TcpProxy first = TcpProxy.to(TestServer.SERVER.port());
                TcpProxy second = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db = DatabaseManager.start(over("hole", first, second).build())) {
            await().atMost(60, TimeUnit.SECONDS).until(() -> usable(db, 0) && usable(db, 1));
            first.blackHole();
            await().atMost(60, TimeUnit.SECONDS).until(() -> !usable(db, 0));
            for (int i = 0; i < 20; i++) {
                assertThat(works(db)).isTrue();
            }
            assertThat(db.health().status()).isEqualTo(DatabaseHealth.Status.DEGRADED);
            first.pass();
            await().atMost(60, TimeUnit.SECONDS).until(() -> usable(db, 0));
            assertThat(db.health().status()).isEqualTo(DatabaseHealth.Status.UP);
            assertThat(db.snapshot().counters())
                    .hasEntrySatisfying("route_ejections", n -> assertThat(n).isPositive());
        }
    }

    @Test
    @Tag("INF-1")
    void aDeadRouteMovesNewSessionsToTheOtherAtOnce() {
        try (TcpProxy first = TcpProxy.to(TestServer.SERVER.port());
                TcpProxy second = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db = DatabaseManager.start(over("dead", first, second).build())) {
            second.refuse();
            await().atMost(60, TimeUnit.SECONDS).until(() -> !usable(db, 1));
            for (int i = 0; i < 20; i++) {
                assertThat(works(db)).isTrue();
            }
        }
    }

    @Test
    @Tag("INF-1")
    void aSlowRouteIsEjectedWhileAnotherIsFast() {
        try (TcpProxy first = TcpProxy.to(TestServer.SERVER.port());
                TcpProxy second = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db = DatabaseManager.start(over("slow", first, second).build())) {
            await().atMost(60, TimeUnit.SECONDS).until(() -> usable(db, 0) && usable(db, 1));
            first.delay(Duration.ofMillis(150));
            await().atMost(60, TimeUnit.SECONDS).until(() -> !usable(db, 0));
            assertThat(db.health().routes().getFirst().detail()).contains("SLOW");
            first.delay(Duration.ZERO);
            await().atMost(60, TimeUnit.SECONDS).until(() -> usable(db, 0));
        }
    }

    @Test
    @Tag("INF-1")
    @Tag("CFG-5")
    void withEveryRouteDeadSessionsAreRefusedAtOnceAndComeBackByThemselves() {
        try (TcpProxy only = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager db =
                        DatabaseManager.start(over("down", only).limits(PATIENT).build())) {
            assertThat(works(db)).isTrue();
            only.refuse();
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.DOWN);
            long begin = System.nanoTime();
            var error =
                    catchThrowableOfType(
                            DatabaseException.class, () -> db.open(SessionRequest.read("look")));
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(SessionRejectedException.in(error))
                    .get()
                    .extracting(SessionRejectedException::reason)
                    .isEqualTo(SessionRejectedException.Reason.DATABASE_DOWN);
            only.pass();
            await().atMost(60, TimeUnit.SECONDS).until(() -> works(db));
        }
    }

    @Test
    @Tag("CFG-5")
    @Tag("CFG-6")
    @Tag("NET-3")
    void anUnreachableDatabaseAtStartDegradesOrFailsAsConfigured() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(TestServer.SERVER.port())) {
            proxy.refuse();
            assertThatThrownBy(
                            () ->
                                    DatabaseManager.start(
                                            over("required", proxy)
                                                    .startPolicy(StartPolicy.REQUIRED)
                                                    .build()))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("after 4 attempts");
            try (DatabaseManager db = DatabaseManager.start(over("degraded", proxy).build())) {
                assertThat(db.health().status()).isEqualTo(DatabaseHealth.Status.DOWN);
                proxy.pass();
                await().atMost(60, TimeUnit.SECONDS).until(() -> works(db));
                assertThat(db.health().status()).isEqualTo(DatabaseHealth.Status.UP);
            }
        }
    }

    @Test
    @Tag("CFG-6")
    void aWrongPasswordEndsTheStartAtOnceAndIsNotRepeated() {
        assertThatThrownBy(
                        () ->
                                DatabaseManager.start(
                                        TestServer.config("password")
                                                .credentials(
                                                        CredentialsSource.of("postgres", "hunter2"))
                                                .build()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("after 1 attempt:")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    @Tag("INF-1")
    void afterACrashOfTheServerSessionsWorkAgainByThemselves() {
        try (EmbeddedPostgres server = EmbeddedPostgres.startTemporary();
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config("crash", server, "127.0.0.1:" + server.port())
                                        .pool(PoolBounds.exactly(3))
                                        .build())) {
            assertThat(works(db)).isTrue();
            server.kill();
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.DOWN);
            server.start();
            await().atMost(60, TimeUnit.SECONDS).until(() -> works(db));
        }
    }

    @Test
    @Tag("INF-1")
    void whatAStandbyCannotServeThePrimaryDoes(@TempDir Path home) {
        try (PostgresPair servers = PostgresPair.start(home);
                TcpProxy toStandby = TcpProxy.to(servers.standby().port());
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config(
                                                "fallback",
                                                servers.primary(),
                                                "127.0.0.1:"
                                                        + servers.primary().port()
                                                        + ",127.0.0.1:"
                                                        + toStandby.port())
                                        .pool(PoolBounds.exactly(2))
                                        .limits(
                                                TimeLimits.forTier(Tier.TEST)
                                                        .withConnect(Duration.ofSeconds(2)))
                                        .build())) {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.UP);
            toStandby.refuse();
            SessionRequest stale =
                    SessionRequest.read("read")
                            .access(Access.STALE_OK)
                            .within(Duration.ofSeconds(10));
            assertThat(
                            catchThrowable(
                                    () -> {
                                        try (Session session = db.open(stale)) {
                                            text(session.connection(), "SELECT 1");
                                        }
                                    }))
                    .isNull();
        }
    }

    @Test
    @Tag("INF-1")
    void aStandbyThatAnswersNothingTakesHalfOfTheTimeAtMost(@TempDir Path home) {
        try (PostgresPair servers = PostgresPair.start(home);
                TcpProxy toStandby = TcpProxy.to(servers.standby().port());
                DatabaseManager db =
                        DatabaseManager.start(
                                TestServer.config(
                                                "silent standby",
                                                servers.primary(),
                                                "127.0.0.1:"
                                                        + servers.primary().port()
                                                        + ",127.0.0.1:"
                                                        + toStandby.port())
                                        .pool(PoolBounds.exactly(2))
                                        .limits(
                                                TimeLimits.forTier(Tier.TEST)
                                                        .withConnect(Duration.ofSeconds(30)))
                                        .build())) {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.health().status() == DatabaseHealth.Status.UP);
            toStandby.blackHole();
            SessionRequest stale =
                    SessionRequest.read("read")
                            .access(Access.STALE_OK)
                            .within(Duration.ofSeconds(4));
            assertThat(
                            catchThrowable(
                                    () -> {
                                        try (Session session = db.open(stale)) {
                                            assertThat(
                                                            text(
                                                                    session.connection(),
                                                                    "SELECT pg_is_in_recovery()"))
                                                    .isEqualTo("f");
                                        }
                                    }))
                    .isNull();
        }
    }
}
