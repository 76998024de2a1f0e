package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("AUT-6")
@Tag("COM-2")
final class AccountIT {

    private static AuthFixture auth;

    @BeforeAll
    static void start() {
        auth = AuthFixture.start();
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    @Test
    void theFirstAccountOfALocalInstallationIsItsAdministratorAndNoOtherIs() {
        try (AuthFixture fresh = AuthFixture.start()) {
            var first = fresh.client().register("one@example.org", AuthFixture.PASSWORD, "One");
            var second = fresh.client().register("two@example.org", AuthFixture.PASSWORD, "Two");
            assertThat(roles(first)).containsExactly("user", "operator", "admin");
            assertThat(roles(second)).containsExactly("user");
            AuthClient person = fresh.client();
            person.login("one@example.org", AuthFixture.PASSWORD);
            person.delete("/auth/me", Map.of("password", AuthFixture.PASSWORD));
            var third = fresh.client().register("three@example.org", AuthFixture.PASSWORD, "3rd");
            assertThat(roles(third)).as("also after the first has gone").containsExactly("user");
        }
    }

    private static List<String> roles(AuthClient.Answer answer) {
        return answer.json().at("/user/roles").valueStream().map(n -> n.asString()).toList();
    }

    @Test
    void everyFieldAtFaultIsNamedAtOnce() {
        var answer = auth.client().register("nonsense", "short", "");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.at("code")).isEqualTo("validation_failed");
        assertThat(answer.at("correlationId")).isNotBlank();
        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("email", "password", "displayName");
        assertThat(answer.body()).doesNotContain("short");
    }

    @Test
    void anAddressIsTakenOnceWhateverItsCase() {
        AuthFixture.Person person = auth.register();
        var again =
                auth.client()
                        .register(
                                person.email().toUpperCase(java.util.Locale.ROOT),
                                AuthFixture.PASSWORD,
                                "X");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.at("code")).isEqualTo("conflict");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password1", "P@ssw0rd!", "12345678", "qwertyuiop", "aaaaaaaaaa", "Dragon123!",
                "letmein2024", "iloveyou1", "1q2w3e4r", "abcdefgh", "87654321", "sunshine99",
                "someone.else", "SomeOneElse1"
            })
    void passwordsThatAreGuessedFirstAreRefused(String password) {
        var answer = auth.client().register("someone.else@example.org", password, "Some One");
        assertThat(answer.status()).as(password).isEqualTo(422);
        assertThat(answer.at("errors.0.field")).isEqualTo("password");
    }

    @Test
    void longPasswordsAndEveryCharacterAreFineAndTakenExactly() {
        String password = "  \u5bc6\u7801 with blanks, \ud83d\udd11 and " + "x".repeat(100) + " ";
        AuthClient client = auth.client();
        assertThat(client.register("long@example.org", password, "Long").status()).isEqualTo(201);
        assertThat(client.login("long@example.org", password).status()).isEqualTo(200);
        assertThat(client.login("long@example.org", password.strip()).status()).isEqualTo(401);
        assertThat(client.login("long@example.org", password.substring(0, 72)).status())
                .as("nothing is cut off")
                .isEqualTo(401);
        assertThat(client.register("longer@example.org", "x1y2".repeat(65), "L").status())
                .isEqualTo(422);
    }

    @Test
    void aNewPasswordNeedsTheOldOneAndEndsTheOtherSessions() {
        AuthFixture.Person person = auth.register();
        AuthClient laptop = auth.client();
        AuthClient phone = auth.client();
        laptop.login(person.email(), AuthFixture.PASSWORD);
        phone.login(person.email(), AuthFixture.PASSWORD);
        String next = "another-battery-9-staple";
        assertThat(laptop.patch("/auth/me", Map.of("newPassword", next)).status()).isEqualTo(422);
        var wrong =
                laptop.patch(
                        "/auth/me", Map.of("newPassword", next, "currentPassword", "wrong-one-1"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.at("errors.0.field")).isEqualTo("currentPassword");
        var changed =
                laptop.patch(
                        "/auth/me",
                        Map.of("newPassword", next, "currentPassword", AuthFixture.PASSWORD));
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(laptop.get("/auth/me").status()).isEqualTo(200);
        assertThat(phone.get("/auth/me").status()).isEqualTo(401);
        assertThat(phone.refresh().status()).isEqualTo(401);
        assertThat(phone.login(person.email(), AuthFixture.PASSWORD).status()).isEqualTo(401);
        assertThat(phone.login(person.email(), next).status()).isEqualTo(200);
    }

    @Test
    void peopleRenameThemselves() {
        AuthClient person = auth.signedIn();
        var answer = person.patch("/auth/me", Map.of("displayName", "  Zo\u00eb  "));
        assertThat(answer.at("user.displayName")).isEqualTo("Zo\u00eb");
        for (String name : List.of(" ", "a\u0000b", "x".repeat(81), "a\u202eb")) {
            assertThat(person.patch("/auth/me", Map.of("displayName", name)).status())
                    .as(name)
                    .isEqualTo(422);
        }
        assertThat(person.get("/auth/me").at("user.displayName")).isEqualTo("Zo\u00eb");
    }

    @Test
    void peopleTakeTheirDataAlongAndThenDeleteTheirAccount() throws Exception {
        AuthFixture.Person account = auth.register();
        AuthClient person = auth.client();
        person.login(account.email(), AuthFixture.PASSWORD);
        var export = person.get("/auth/me/export");
        assertThat(export.header("Content-Disposition").orElseThrow()).startsWith("attachment");
        assertThat(export.at("user.email")).isEqualTo(account.email());
        assertThat(export.json().get("events").findValuesAsString("kind"))
                .contains("registered", "login_succeeded", "account_exported");
        assertThat(export.body()).doesNotContain("argon2");

        AuthClient backend = auth.client();
        backend.token = auth.serviceToken();
        String since = backend.get("/auth/revocations").at("nextCursor");
        assertThat(person.delete("/auth/me", null).status()).isEqualTo(400);
        assertThat(person.delete("/auth/me", Map.of()).status()).isEqualTo(422);
        var deleted = person.delete("/auth/me", Map.of("password", AuthFixture.PASSWORD));
        assertThat(deleted.status()).as(deleted.body()).isEqualTo(204);
        assertThat(person.get("/auth/me").status()).isEqualTo(401);
        assertThat(person.login(account.email(), AuthFixture.PASSWORD).status()).isEqualTo(401);
        assertThat(backend.get("/auth/revocations?since=" + since).json().get("items")).hasSize(1);
        assertThat(auth.dump("account")).doesNotContain(account.email());
        assertThat(auth.client().register(account.email(), AuthFixture.PASSWORD, "New").status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"email\":', application/json, 400, malformed_request",
        "'', application/json, 400, malformed_request",
        "'[]', application/json, 400, malformed_request",
        "'{\"email\":\"a@b.c\",\"admin\":true}', application/json, 422, validation_failed",
        "'{\"email\":{}}', application/json, 422, validation_failed",
        "'{\"email\":\"a@b.c\"} x', application/json, 400, malformed_request",
        "'{}', application/json, 422, validation_failed",
        "'email=a', application/x-www-form-urlencoded, 415, unsupported_media_type",
        "'{}', text/plain, 415, unsupported_media_type",
    })
    void whatCannotBeReadIsRefusedWithItsReason(String body, String type, int status, String code) {
        for (String path : List.of("/auth/register", "/auth/login")) {
            var answer = auth.client().send("POST", path, type, body, Map.of());
            assertThat(answer.status()).as(path + " " + answer.body()).isEqualTo(status);
            assertThat(answer.at("code")).isEqualTo(code);
        }
    }

    @Test
    void whatIsTooLargeOrNotThereIsRefusedWithItsReason() {
        AuthClient client = auth.client();
        String large = "{\"email\":\"" + "x".repeat(70_000) + "\"}";
        assertThat(
                        client.send("POST", "/auth/login", "application/json", large, Map.of())
                                .at("code"))
                .isEqualTo("payload_too_large");
        assertThat(client.get("/auth/login").at("code")).isEqualTo("method_not_allowed");
        assertThat(client.get("/auth/nothing").at("code")).isEqualTo("not_found");
        assertThat(client.get("/nothing").at("code")).isEqualTo("not_found");
        assertThat(client.login("nul\u0000@example.org", "some-password-1").status())
                .isEqualTo(401);
        assertThat(client.login("\ud800@example.org", "some-password-1").status()).isIn(400, 401);
    }

    @Test
    void oneClientAddressCannotRegisterOrTryWithoutEnd() {
        var few = Map.of("AUTH_REGISTRATIONS_PER_HOUR", "3", "AUTH_LOGINS_PER_MINUTE", "5");
        try (AuthFixture strict = AuthFixture.start(few)) {
            for (int i = 0; i < 3; i++) {
                strict.register();
            }
            var fourth = strict.client().register("x@example.org", AuthFixture.PASSWORD, "X");
            assertThat(fourth.status()).isEqualTo(429);
            assertThat(fourth.at("code")).isEqualTo("rate_limited");
            assertThat(fourth.header("Retry-After")).contains("1200");
            for (int i = 0; i < 5; i++) {
                assertThat(strict.client().login("y" + i + "@example.org", "wrong-1-x").status())
                        .isEqualTo(401);
            }
            assertThat(strict.client().login("z@example.org", "wrong-1-x").status()).isEqualTo(429);
            var elsewhere = Map.of("X-Forwarded-For", "6.6.6.6, 203.0.113.9");
            assertThat(
                            strict.client()
                                    .send(
                                            "POST",
                                            "/auth/login",
                                            "application/json",
                                            "{\"email\":\"z@example.org\",\"password\":\"wrong-1\"}",
                                            elsewhere)
                                    .status())
                    .as("another client of the same proxy")
                    .isEqualTo(401);
            strict.clock.advance(java.time.Duration.ofMinutes(20));
            assertThat(
                            strict.client()
                                    .register("x@example.org", AuthFixture.PASSWORD, "X")
                                    .status())
                    .isEqualTo(201);
        }
    }
}
