package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AUT-6")
final class LoginGuardIT {

    private static AuthFixture auth;

    @BeforeAll
    static void start() {
        auth =
                AuthFixture.start(
                        Map.of("AUTH_HASHING_QUEUE", "500", "AUTH_HASHING_PATIENCE", "30s"));
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    private static List<AuthClient.Answer> logins(String email, String password, int count)
            throws Exception {
        Callable<AuthClient.Answer> login = () -> auth.client().login(email, password);
        var answers = new ArrayList<AuthClient.Answer>();
        try (var threads = Executors.newFixedThreadPool(count)) {
            for (var future :
                    threads.invokeAll(IntStream.range(0, count).mapToObj(i -> login).toList())) {
                answers.add(future.get());
            }
        }
        return answers;
    }

    private static long count(List<AuthClient.Answer> answers, int status) {
        return answers.stream().filter(a -> a.status() == status).count();
    }

    @Test
    void fiftyParallelWrongGuessesGetExactlyTenTriesAndLock() throws Exception {
        AuthFixture.Person person = auth.register();
        List<AuthClient.Answer> answers = logins(person.email(), "wrong-password-1", 50);
        assertThat(count(answers, 401)).isEqualTo(10);
        assertThat(count(answers, 423) + count(answers, 429)).isEqualTo(40);
        var locked = auth.client().login(person.email(), AuthFixture.PASSWORD);
        assertThat(locked.status()).isEqualTo(423);
        assertThat(locked.at("code")).isEqualTo("account_locked");
        assertThat(Integer.parseInt(locked.header("Retry-After").orElseThrow()))
                .isBetween(850, 900);
        auth.clock.advance(Duration.ofMinutes(15));
        assertThat(auth.client().login(person.email(), AuthFixture.PASSWORD).status())
                .isEqualTo(200);
    }

    @Test
    void anAddressWithoutAnAccountLocksJustTheSame() throws Exception {
        List<AuthClient.Answer> answers = logins("nobody@example.org", "wrong-password-1", 20);
        assertThat(count(answers, 401)).isEqualTo(10);
        assertThat(auth.client().login("nobody@example.org", "x").status()).isEqualTo(423);
    }

    @Test
    void parallelRightPasswordsLockNobody() throws Exception {
        AuthFixture.Person person = auth.register();
        List<AuthClient.Answer> answers = logins(person.email(), AuthFixture.PASSWORD, 20);
        assertThat(count(answers, 200) + count(answers, 429)).isEqualTo(20);
        assertThat(count(answers, 200)).isGreaterThanOrEqualTo(10);
        assertThat(auth.client().login(person.email(), AuthFixture.PASSWORD).status())
                .isEqualTo(200);
    }

    @Test
    void aRightPasswordGivesTheAllowanceBack() {
        AuthFixture.Person person = auth.register();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 9; i++) {
                assertThat(auth.client().login(person.email(), "wrong-password-1").status())
                        .isEqualTo(401);
            }
            assertThat(auth.client().login(person.email(), AuthFixture.PASSWORD).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void unknownAddressesAndWrongPasswordsAnswerTheSame() {
        AuthFixture.Person person = auth.register();
        var wrong = auth.client().login(person.email(), "wrong-password-1");
        var unknown = auth.client().login("nobody-at-all@example.org", "wrong-password-1");
        assertThat(unknown.status()).isEqualTo(wrong.status()).isEqualTo(401);
        assertThat(unknown.at("code")).isEqualTo(wrong.at("code")).isEqualTo("invalid_credentials");
        assertThat(unknown.at("detail")).isEqualTo(wrong.at("detail"));
    }

    @Test
    void anUnknownAddressTakesAsLongAsAWrongPassword() {
        AuthFixture.Person person = auth.register();
        long known = Long.MAX_VALUE;
        long unknown = Long.MAX_VALUE;
        for (int i = 0; i < 9; i++) {
            known = Math.min(known, timeOf(person.email()));
            unknown = Math.min(unknown, timeOf("someone-else@example.org"));
        }
        // Both are one hash, the same number of transactions, and noise that only adds; without
        // the hash an unknown address would take a small part of the time.
        assertThat((double) unknown / known).isBetween(0.4, 2.5);
    }

    private static long timeOf(String email) {
        long started = System.nanoTime();
        auth.client().login(email, "wrong-password-1");
        return System.nanoTime() - started;
    }

    @Test
    void deletingAnAccountIsGuardedAgainstGuessingToo() throws Exception {
        AuthClient person = auth.signedIn();
        for (int i = 0; i < 10; i++) {
            assertThat(person.delete("/auth/me", Map.of("password", "wrong-password")).status())
                    .isEqualTo(422);
        }
        assertThat(person.delete("/auth/me", Map.of("password", AuthFixture.PASSWORD)).status())
                .isEqualTo(423);
    }
}
