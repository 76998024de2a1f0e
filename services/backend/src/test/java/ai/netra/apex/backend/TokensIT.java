package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.servicekit.RunningService;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Access tokens: verified here, asked about once, believed while auth is away. */
@Tag("FE-3")
@Tag("COM-3")
class TokensIT {

    @Test
    void aTokenIsVerifiedOnceAndRememberedAndBelievedWhenAuthIsGone() {
        var auth = new LocalAuth();
        Platform shared = Parts.platform();
        var platform =
                new Platform(
                        shared.postgresPort(), shared.redisUrl(), auth.url(), auth.clientKeyPem());
        try (auth;
                RunningService backend =
                        BackendService.start(platform.config(), ScriptedAgent.class)) {
            var known = new Api(backend.port(), auth.token(UUID.randomUUID()));
            for (int i = 0; i < 20; i++) {
                assertThat(known.get("/api/threads").status()).isEqualTo(200);
            }
            assertThat(auth.validations).hasValue(1);
            assertThat(auth.keyRequests).hasValue(1);
            assertThat(auth.serviceTokens).hasValue(1);

            String ended = UUID.randomUUID().toString();
            auth.deactivate(ended);
            var inactive =
                    new Api(
                            backend.port(),
                            auth.token(UUID.randomUUID(), ended, Duration.ofMinutes(5)));
            Api.Answer refused = inactive.get("/api/threads");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.response().headers().firstValue("WWW-Authenticate")).isPresent();

            var fresh = new Api(backend.port(), auth.token(UUID.randomUUID()));
            auth.close();
            assertThat(known.get("/api/threads").status()).isEqualTo(200);
            assertThat(fresh.get("/api/threads").status())
                    .as("a token not seen before is verified by the keys kept")
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutATokenNothingUnderApiAnswers() {
        try (RunningService backend =
                BackendService.start(Parts.platform().config(), ScriptedAgent.class)) {
            var nobody = new Api(backend.port(), "");
            Api.Answer answer = nobody.get("/api/threads");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("unauthenticated");
            var expired =
                    new Api(
                            backend.port(),
                            Parts.auth().token(UUID.randomUUID(), "s", Duration.ofSeconds(-5)));
            assertThat(expired.get("/api/threads").code()).isEqualTo("token_expired");
        }
    }
}
