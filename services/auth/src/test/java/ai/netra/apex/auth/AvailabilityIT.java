package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AUT-6")
@Tag("INF-9")
final class AvailabilityIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    @Tag("AUT-7")
    void withoutItsDatabaseItIsDegradedSaysSoAndRecoversByItself() {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary();
                AuthFixture auth = AuthFixture.start(postgres, Map.of())) {
            AuthClient person = auth.signedIn();
            String keys = person.get("/oauth2/jwks").body();
            postgres.kill();

            await().atMost(PATIENCE)
                    .until(() -> person.get("/health").at("status").equals("degraded"));
            assertThat(person.get("/health").status()).isEqualTo(200);
            assertThat(person.get("/health/live").status()).isEqualTo(200);
            assertThat(person.get("/oauth2/jwks").body()).isEqualTo(keys);
            assertThat(person.get("/.well-known/openid-configuration").status()).isEqualTo(200);
            honest(person.get("/auth/me"));
            honest(person.login("someone@example.org", AuthFixture.PASSWORD));
            honest(person.register("someone@example.org", AuthFixture.PASSWORD, "Someone"));
            String cookie = person.cookie;
            honest(person.refresh());
            assertThat(person.cookie).as("nobody is signed out by an outage").isEqualTo(cookie);
            String assertion =
                    auth.assertion(
                            auth.backendKey, UUID.randomUUID().toString(), Duration.ofMinutes(1));
            honest(person.form("/oauth2/token", AuthFixture.tokenForm(assertion)));

            postgres.start();
            await().atMost(PATIENCE).until(() -> person.refresh().status() == 200);
            await().atMost(PATIENCE).until(() -> person.get("/health").at("status").equals("up"));
        }
    }

    private static void honest(AuthClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.at("code")).isEqualTo("unavailable");
        assertThat(answer.at("retryable")).isEqualTo("true");
        assertThat(answer.header("Retry-After")).isPresent();
    }

    @Test
    void itStartsWhileItsDatabaseIsAwayAndMigratesWhenItComes() {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary();
                AuthFixture auth = AuthFixture.startStopped(postgres)) {
            postgres.stop();
            auth.restart();
            assertThat(auth.client().get("/oauth2/jwks").status()).isEqualTo(200);
            honest(auth.client().login("someone@example.org", AuthFixture.PASSWORD));
            postgres.start();
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    auth.client()
                                                    .login("someone@example.org", "wrong-1-pass")
                                                    .status()
                                            == 401);
        }
    }

    @Test
    void moreSignInsThanCanBeHashedAreRefusedWithTheTimeToWait() throws Exception {
        var narrow =
                Map.of(
                        "AUTH_HASHING_CONCURRENCY", "1",
                        "AUTH_HASHING_QUEUE", "2",
                        "AUTH_HASHING_PATIENCE", "30s",
                        "AUTH_PASSWORD_ITERATIONS", "10");
        try (AuthFixture auth = AuthFixture.start(narrow)) {
            AuthFixture.Person person = auth.register();
            int count = 24;
            var answers = new ArrayList<AuthClient.Answer>();
            try (var threads = Executors.newFixedThreadPool(count)) {
                var calls =
                        IntStream.range(0, count)
                                .mapToObj(
                                        i ->
                                                (Callable<AuthClient.Answer>)
                                                        () ->
                                                                auth.client()
                                                                        .login(
                                                                                "p" + i + "@a.org",
                                                                                "wrong-1-pass"))
                                .toList();
                for (var future : threads.invokeAll(calls)) {
                    answers.add(future.get());
                }
            }
            var refused = answers.stream().filter(a -> a.status() == 503).toList();
            assertThat(refused).isNotEmpty();
            assertThat(answers).allMatch(a -> a.status() == 401 || a.status() == 503);
            for (var answer : refused) {
                assertThat(answer.at("code")).isEqualTo("overloaded");
                assertThat(Integer.parseInt(answer.header("Retry-After").orElseThrow()))
                        .isPositive();
            }
            assertThat(auth.dump("login_guard").lines().mapToInt(AvailabilityIT::attempts).sum())
                    .as("a guess that was not tried is not counted")
                    .isEqualTo(count - refused.size());
            assertThat(auth.client().login(person.email(), AuthFixture.PASSWORD).status())
                    .isEqualTo(200);
        }
    }

    /** The second column of a row's text. */
    private static int attempts(String row) {
        return Integer.parseInt(row.split(",", -1)[1]);
    }
}
