package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.auth.database.Cleanup;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AUT-6")
final class RefreshIT {

    private static final int PARALLEL = Integer.getInteger("auth.parallelRefreshes", 1000);

    private static AuthFixture auth;

    @BeforeAll
    static void start() {
        auth = AuthFixture.start();
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    private static AuthClient with(String cookie) {
        AuthClient client = auth.client();
        client.cookie = cookie;
        return client;
    }

    @Test
    void thePredecessorIsAnsweredWithTheSameSuccessorWithinTheGrace() {
        AuthClient first = auth.signedIn();
        String before = first.cookie;
        first.refresh();
        AuthClient second = with(before);
        var again = second.refresh();
        assertThat(again.status()).isEqualTo(200);
        assertThat(second.cookie).isEqualTo(first.cookie);
        assertThat(first.refresh().status()).isEqualTo(200);
    }

    @Test
    void thePredecessorAfterTheGraceEndsTheFamily() {
        AuthClient person = auth.signedIn();
        String before = person.cookie;
        person.refresh();
        auth.clock.advance(Duration.ofSeconds(11));
        var replay = with(before).refresh();
        assertThat(replay.status()).isEqualTo(401);
        assertThat(replay.at("code")).isEqualTo("unauthenticated");
        assertThat(AuthClient.cookieOf(replay)).contains("");
        assertThat(person.refresh().status()).as("the thief's replay ends both").isEqualTo(401);
        assertThat(person.get("/auth/me").status()).isEqualTo(401);
    }

    @Test
    void anyOlderTokenEndsTheFamilyAlsoWithinTheGrace() {
        AuthClient person = auth.signedIn();
        String oldest = person.cookie;
        person.refresh();
        person.refresh();
        assertThat(with(oldest).refresh().status()).isEqualTo(401);
        assertThat(person.refresh().status()).isEqualTo(401);
    }

    @Test
    void aTokenMadeUpForASessionSeenElsewhereEndsNothing() {
        AuthClient person = auth.signedIn();
        byte[] forged = Base64.getUrlDecoder().decode(person.cookie);
        forged[25] ^= 1; // in the secret of the family
        forged[60] ^= 1; // in the secret of the token
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
        assertThat(with(token).refresh().status()).isEqualTo(401);
        assertThat(with("x".repeat(91)).refresh().status()).isEqualTo(401);
        assertThat(with("short").refresh().status()).isEqualTo(401);
        assertThat(auth.client().refresh().status()).isEqualTo(401);
        assertThat(person.refresh().status()).isEqualTo(200);
    }

    @Test
    void aSessionEndsAtItsAbsoluteEndHoweverOftenItWasRefreshed() {
        AuthClient person = auth.signedIn();
        for (int day = 0; day < 29; day += 5) {
            assertThat(person.refresh().status()).isEqualTo(200);
            auth.clock.advance(Duration.ofDays(5));
        }
        assertThat(person.refresh().status()).isEqualTo(401);
    }

    @Test
    void anIdleSessionEnds() {
        AuthClient person = auth.signedIn();
        auth.clock.advance(Duration.ofDays(7).plusSeconds(1));
        assertThat(person.refresh().status()).isEqualTo(401);
    }

    @Test
    void parallelRefreshesOfOneTokenGiveOneSuccessorAndOneFamily() throws Exception {
        // However slow the machine is, all of them are within the grace.
        auth.clock.standingStill(RefreshIT::refreshInParallel);
    }

    private static void refreshInParallel() throws Exception {
        AuthClient person = auth.signedIn();
        String presented = person.cookie;
        Callable<String> refresh =
                () -> {
                    AuthClient client = with(presented);
                    var answer = client.refresh();
                    // Overload is honest, and tried again: what matters is who wins.
                    while (answer.status() == 503) {
                        answer = client.refresh();
                    }
                    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                    return client.cookie;
                };
        Set<String> successors;
        try (var threads = Executors.newFixedThreadPool(64)) {
            List<Future<String>> all =
                    threads.invokeAll(IntStream.range(0, PARALLEL).mapToObj(i -> refresh).toList());
            successors =
                    all.stream().map(RefreshIT::result).collect(Collectors.toUnmodifiableSet());
        }
        assertThat(successors).hasSize(1).doesNotContain(presented);
        AuthClient winner = with(successors.iterator().next());
        assertThat(winner.refresh().status()).isEqualTo(200);
        assertThat(winner.get("/auth/sessions").json().get("items")).hasSize(1);
    }

    private static String result(Future<String> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void sessionsSurviveARestartAndOnlyHashesAreStored() throws Exception {
        AuthClient person = auth.signedIn();
        String cookie = person.cookie;
        auth.restart();
        AuthClient again = with(cookie);
        assertThat(again.refresh().status()).isEqualTo(200);
        AuthClient withToken = auth.client();
        withToken.token = person.token;
        assertThat(withToken.get("/auth/me").status()).isEqualTo(200);
        String dump = auth.dump("session") + auth.dump("account");
        byte[] secret = Base64.getUrlDecoder().decode(again.cookie);
        String tail = java.util.HexFormat.of().formatHex(secret, secret.length - 32, secret.length);
        assertThat(dump).doesNotContain(tail).doesNotContain(AuthFixture.PASSWORD);
        assertThat(dump).contains("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    @Test
    void peopleSeeAndEndTheirSessions() {
        AuthFixture.Person person = auth.register();
        AuthClient laptop = auth.client();
        AuthClient phone = auth.client();
        AuthClient stranger = auth.signedIn();
        laptop.login(person.email(), AuthFixture.PASSWORD);
        phone.login(person.email(), AuthFixture.PASSWORD);
        var items = laptop.get("/auth/sessions").json().get("items");
        assertThat(items).hasSize(2);
        var other = items.valueStream().filter(i -> !i.get("current").asBoolean()).findFirst();
        String id = other.orElseThrow().get("id").asString();
        assertThat(stranger.delete("/auth/sessions/" + id, null).status()).isEqualTo(404);
        assertThat(phone.get("/auth/me").status()).isEqualTo(200);
        assertThat(laptop.delete("/auth/sessions/" + id, null).status()).isEqualTo(204);
        assertThat(phone.get("/auth/me").status()).isEqualTo(401);
        assertThat(phone.refresh().status()).isEqualTo(401);
        assertThat(laptop.delete("/auth/sessions/" + id, null).status()).isEqualTo(404);
        assertThat(laptop.delete("/auth/sessions/nonsense", null).status()).isEqualTo(422);

        phone.login(person.email(), AuthFixture.PASSWORD);
        assertThat(laptop.delete("/auth/sessions", null).status()).isEqualTo(204);
        assertThat(phone.get("/auth/me").status()).isEqualTo(401);
        assertThat(laptop.get("/auth/me").status()).isEqualTo(200);
    }

    @Test
    void aPageOfAnotherOriginCannotUseTheCookie() {
        AuthClient person = auth.signedIn();
        for (Map<String, String> foreign :
                List.of(
                        Map.of("Sec-Fetch-Site", "cross-site"),
                        Map.of("Sec-Fetch-Site", "same-site"),
                        Map.of("Origin", "https://evil.example"),
                        Map.of("Origin", "null"))) {
            var refused = person.send("POST", "/auth/refresh", null, null, foreign);
            assertThat(refused.status()).as("%s", foreign).isEqualTo(403);
            assertThat(refused.at("code")).isEqualTo("origin_refused");
            assertThat(AuthClient.cookieOf(refused)).isEmpty();
        }
        var own = Map.of("Sec-Fetch-Site", "same-origin", "Origin", AuthFixture.ISSUER);
        assertThat(person.send("POST", "/auth/refresh", null, null, own).status()).isEqualTo(200);
        assertThat(
                        person.send(
                                        "POST",
                                        "/auth/logout",
                                        null,
                                        null,
                                        Map.of("Origin", AuthFixture.ISSUER))
                                .status())
                .isEqualTo(204);
    }

    @Test
    void whatHasExpiredIsDeletedInBatchesAndWhatHasNotStays() throws Exception {
        auth.signedIn();
        auth.serviceToken();
        auth.client().login("nobody@example.org", "wrong-1-pass");
        auth.clock.advance(Duration.ofDays(32));
        AuthClient person = auth.signedIn();
        try (var connection = auth.database();
                var statement = connection.createStatement()) {
            statement.execute(
                    "insert into rate_limit"
                            + " select sha256(i::text::bytea), 1 from generate_series(1, 2500) i");
        }
        Map<String, Integer> deleted = auth.service().get(Cleanup.class).run();
        assertThat(deleted).containsKeys("session", "used_assertion", "login_guard");
        assertThat(deleted.get("rate_limit")).isGreaterThanOrEqualTo(2500);
        assertThat(auth.dump("session").lines()).hasSize(1);
        assertThat(auth.dump("auth_event")).contains("login_succeeded");
        assertThat(person.refresh().status()).isEqualTo(200);
        assertThat(auth.service().get(Cleanup.class).run()).isEmpty();
    }
}
