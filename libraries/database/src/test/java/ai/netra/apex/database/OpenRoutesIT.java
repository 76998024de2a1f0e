package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.testing.PostgresPair;
import ai.netra.apex.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on the way to a session. */
@Tag("INF-1")
class OpenRoutesIT {

    /** A cluster with an identity of its own; temporary ones all have the template's. */
    private static EmbeddedPostgres own(Path home) {
        return EmbeddedPostgres.builder()
                .dataDirectory(home)
                .superuserPassword(TestServer.SERVER.password())
                .start();
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

    @Test
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
        }
    }

    @Test
    void aMissingPasswordFileAtStartIsAnUnavailableDatabaseThatNamesTheFile(@TempDir Path home) {
        Path file = home.resolve("password");
        assertThat(
                        catchThrowable(
                                () ->
                                        DatabaseManager.start(
                                                        TestServer.config("no file")
                                                                .credentials(
                                                                        CredentialsSource.file(
                                                                                "postgres", file))
                                                                .build())
                                                .close()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
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
            SessionRequest stale = SessionRequest.read("read").access(Access.STALE_OK);
            assertThat(
                            catchThrowable(
                                    () -> {
                                        try (Session session = db.open(stale)) {
                                            SessionIT.text(session.connection(), "SELECT 1");
                                        }
                                    }))
                    .isNull();
        }
    }

    @Test
    void aParameterTheDriverRefusesEndsTheStart() {
        DatabaseUrlBuilder address =
                DatabaseUrlBuilder.forTier(Tier.TEST)
                        .hosts("127.0.0.1:" + TestServer.SERVER.port())
                        .database("postgres");
        assertThat(
                        catchThrowable(
                                () ->
                                        DatabaseManager.start(
                                                        TestServer.config("parameter")
                                                                .url(
                                                                        address.parameter(
                                                                                        "prepareThreshold",
                                                                                        "abc")
                                                                                .build())
                                                                .build())
                                                .close()))
                .isNotNull();
    }

    @Test
    void aServerWithoutTlsEndsTheStart() {
        assertThat(
                        catchThrowable(
                                () ->
                                        DatabaseManager.start(
                                                        TestServer.config("plaintext")
                                                                .url(
                                                                        DatabaseUrlBuilder.forTier(
                                                                                        Tier.TEST)
                                                                                .hosts(
                                                                                        "127.0.0.1:"
                                                                                                + TestServer
                                                                                                        .SERVER
                                                                                                        .port())
                                                                                .database(
                                                                                        "postgres")
                                                                                .sslMode(
                                                                                        "verify-full")
                                                                                .build())
                                                                .build())
                                                .close()))
                .isNotNull();
    }

    /** A session's own thread cannot give it back while it closes: there is nothing to wait for. */
    @Test
    void closingFromWithinASessionDoesNotWaitForIt() {
        DatabaseManager db = DatabaseManager.start(TestServer.config("within").build());
        try (Session session = db.open(SessionRequest.write("last"))) {
            assertThat(session.info().backendPid()).isPositive();
            long begin = System.nanoTime();
            db.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(8));
        }
    }
}
