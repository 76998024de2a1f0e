package ai.netra.apex.backend.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.backend.model.ModelException.Kind;
import ai.netra.apex.testing.model.FakeModelProvider;
import ai.netra.apex.testing.model.Script;
import ai.netra.apex.testing.model.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a provider's failures become: an honest kind, words for the person, no hidden retries. */
@Tag("NET-4")
class ModelFailureTest {

    private static final ProviderConfig.Limits SHORT =
            new ProviderConfig.Limits(
                    Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(20), 50, 1);

    private static final ProviderConfig.Limits IMPATIENT =
            new ProviderConfig.Limits(
                    Duration.ofSeconds(20), Duration.ofMillis(300), Duration.ofSeconds(20), 50, 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | invalid_api_key | Incorrect API key provided: sk-abcdefgh12345 | AUTHENTICATION | operator",
                "403 | forbidden | no access | PERMISSION | another model",
                "402 | billing | pay | QUOTA | credit",
                "404 | not_found | no such model | MODEL_UNKNOWN | no model test-model",
                "400 | context_length_exceeded | too long | CONTEXT_TOO_LONG | new thread",
                "400 | invalid_request | prompt is too long: 210000 tokens | CONTEXT_TOO_LONG | new thread",
                "413 | request_too_large | too large | CONTEXT_TOO_LONG | new thread",
                "429 | insufficient_quota | You exceeded your current quota | QUOTA | credit",
                "400 | content_filter | flagged | CONTENT_FILTERED | other words",
                "400 | bad | odd value | REQUEST_REFUSED | odd value",
                "500 | oops | internal | SERVER_ERROR | Try again",
            })
    void saysWhatHappenedAndWhatToDo(
            int status, String code, String message, Kind kind, String words) {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.respond(e -> Script.failure(status, code, message));

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.detail())
                    .contains("Test Provider".equals(words) ? "" : words)
                    .doesNotContain("sk-abcdefgh12345")
                    .doesNotContain("secret-key");
            assertThat(provider.exchanges()).as("sent once").hasSize(1);
            assertThat(to.calls)
                    .singleElement()
                    .satisfies(c -> assertThat(c.outcome()).isEqualTo("failed"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void understandsErrorsInEveryVendorsShape(ProviderConfig.Kind protocol) {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(protocol, provider)) {
            provider.respond(e -> Script.failure(400, "weird", "the flux is too low"));

            assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).detail())
                    .contains("the flux is too low");
        }
    }

    @Test
    void doesNotSendAgainWhenTheProviderWantsALongRest() {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.respond(e -> Script.failure(429, "rate_limit_exceeded", "slow down", "17"));

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(17));
            assertThat(provider.exchanges()).hasSize(1);
        }
    }

    @Test
    void sendsOnceMoreWhenItWasRefusedBeforeTheFirstByte() throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.enqueue(Script.failure(503, "overloaded", "busy", "0"))
                    .enqueue(Script.text("Here I am."));

            ChatReply reply =
                    to.gateway.chat(
                            Providers.ask("Hi"), p -> {}, Providers.context(new Cancellation()));

            assertThat(reply.text()).isEqualTo("Here I am.");
            assertThat(provider.exchanges()).hasSize(2);
            assertThat(to.calls).singleElement().extracting(CallRecord::attempts).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void neverSendsAgainAfterTheFirstByte(ProviderConfig.Kind kind) {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            // A reset throws away what has not been read yet: first the piece has to arrive.
            provider.respond(e -> Script.text("half an ans").pause(Duration.ofMillis(300)).cut());
            var heard = new StringBuilder();

            ModelException failure = to.failureOf(Providers.ask("Hi"), heard::append);

            assertThat(failure.kind()).isEqualTo(Kind.CUT);
            assertThat(failure.detail()).contains("broke off");
            assertThat(heard).hasToString("half an ans");
            assertThat(provider.exchanges()).hasSize(1);
            assertThat(to.calls.getFirst().tokens().outputTokens()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatEndsWithoutItsEndIsNoAnswer(ProviderConfig.Kind kind) {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.respond(e -> Script.text("half").then(new Step.EndEarly()));

            assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).kind()).isEqualTo(Kind.CUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesOnAnErrorInsideTheStream(ProviderConfig.Kind kind) {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.respond(
                    e -> Script.text("half").then(new Step.StreamError("the engine caught fire")));

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isIn(Kind.SERVER_ERROR, Kind.OVERLOADED);
            assertThat(provider.exchanges()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsNotTheProtocol(ProviderConfig.Kind kind) {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.respond(e -> Script.begin().raw("data: {not json\n\n{not json\n\n"));

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
            assertThat(failure.detail()).contains("not its protocol");
        }
    }

    @Test
    void aLineWithoutEndIsCutOffAtItsBound() {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            Script flood = Script.begin().raw("data: ");
            String megabyte = "x".repeat(1 << 20);
            for (int i = 0; i < 6; i++) {
                flood = flood.raw(megabyte);
            }
            Script all = flood.silence();
            provider.respond(e -> all);

            assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).kind()).isEqualTo(Kind.TOO_LONG);
            provider.exchanges().getFirst().awaitClientGone(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesUpWhenNoFirstPieceComes(ProviderConfig.Kind kind) {
        try (var provider = FakeModelProvider.start();
                var to = new Providers(Providers.config(kind, provider, SHORT))) {
            provider.respond(e -> Script.begin().silence());

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(Kind.FIRST_TOKEN_TIMEOUT);
            assertThat(failure.detail()).contains("300 ms");
            provider.exchanges().getFirst().awaitClientGone(Duration.ofSeconds(5));
            assertThat(provider.exchanges()).hasSize(1);
        }
    }

    @Test
    void commentsDoNotCountAsAFirstPiece() {
        try (var provider = FakeModelProvider.start();
                var to =
                        new Providers(
                                Providers.config(ProviderConfig.Kind.OPENAI, provider, SHORT))) {
            Script comments = Script.begin();
            for (int i = 0; i < 200; i++) {
                comments = comments.raw(": still here\n\n").pause(Duration.ofMillis(20));
            }
            Script all = comments;
            provider.respond(e -> all);

            assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).kind())
                    .isEqualTo(Kind.FIRST_TOKEN_TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesUpOnSilenceInMidAnswer(ProviderConfig.Kind kind) {
        try (var provider = FakeModelProvider.start();
                var to = new Providers(Providers.config(kind, provider, IMPATIENT))) {
            provider.respond(e -> Script.text("one ").silence());

            assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).kind())
                    .isEqualTo(Kind.IDLE_TIMEOUT);
            provider.exchanges().getFirst().awaitClientGone(Duration.ofSeconds(5));
        }
    }

    @Test
    void aModelCanHaveTimeoutsOfItsOwn() throws Exception {
        try (var provider = FakeModelProvider.start()) {
            ProviderConfig usual = Providers.config(ProviderConfig.Kind.OPENAI, provider, SHORT);
            var patient =
                    new ProviderConfig(
                            usual.name(),
                            usual.title(),
                            usual.kind(),
                            usual.baseUrl(),
                            usual.key(),
                            usual.keyName(),
                            usual.models(),
                            false,
                            false,
                            true,
                            SHORT,
                            Map.of("test-model", Providers.QUICK));
            try (var to = new Providers(patient)) {
                provider.enqueue(Script.begin().pause(Duration.ofMillis(700)).say("slowly"));

                ChatReply reply =
                        to.gateway.chat(
                                Providers.ask("Hi"),
                                p -> {},
                                Providers.context(new Cancellation()));

                assertThat(reply.text()).isEqualTo("slowly");
            }
        }
    }

    @Test
    void theDeadlineEndsACallThatGoesOn() {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            Script flow = Script.begin();
            for (int i = 0; i < 1_000; i++) {
                flow = flow.say("x").pause(Duration.ofMillis(10));
            }
            Script all = flow;
            provider.respond(e -> all);
            var context =
                    new CallContext(
                            UUID.randomUUID(),
                            null,
                            null,
                            "run",
                            Instant.now().plusMillis(1_500),
                            new Cancellation());

            assertThat(kindOf(to, context)).isEqualTo(Kind.DEADLINE);
            provider.exchanges().getFirst().awaitClientGone(Duration.ofSeconds(5));
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var nobody =
                new ProviderConfig(
                        "test",
                        "Test Provider",
                        ProviderConfig.Kind.OPENAI,
                        URI.create("http://127.0.0.1:" + port + "/v1"),
                        null,
                        null,
                        List.of("test-model"),
                        false,
                        false,
                        true,
                        Providers.QUICK,
                        Map.of());
        try (var to = new Providers(nobody)) {
            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.detail()).contains("127.0.0.1:" + port);
        }
    }

    @Test
    void leavesAFailingProviderAloneAndSaysForHowLong() {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.respond(e -> Script.failure(500, "oops", "broken"));
            for (int i = 0; i < 5; i++) {
                assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).kind())
                        .isEqualTo(Kind.SERVER_ERROR);
            }
            int sent = provider.exchanges().size();

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(Kind.BREAKER_OPEN);
            assertThat(failure.retryAfter())
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
            assertThat(provider.exchanges()).hasSize(sent);
        }
    }

    @Test
    void aWrongRequestDoesNotOpenTheBreaker() {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.respond(e -> Script.failure(400, "bad", "odd"));
            for (int i = 0; i < 12; i++) {
                assertThat(to.failureOf(Providers.ask("Hi"), p -> {}).kind())
                        .isEqualTo(Kind.REQUEST_REFUSED);
            }
        }
    }

    @Test
    void refusesMoreCallsAtOnceThanAllowed() throws Exception {
        var one =
                new ProviderConfig.Limits(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20), 1, 0);
        try (var provider = FakeModelProvider.start();
                var to =
                        new Providers(
                                Providers.config(ProviderConfig.Kind.OPENAI, provider, one))) {
            provider.respond(e -> Script.text("x").silence());
            var cancellation = new Cancellation();
            var begun = new Semaphore(0);
            Thread first =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            to.gateway.chat(
                                                    Providers.ask("Hi"),
                                                    p -> begun.release(),
                                                    Providers.context(cancellation));
                                        } catch (ModelException e) {
                                            begun.release();
                                        }
                                    });
            begun.acquire();

            ModelException failure = to.failureOf(Providers.ask("Hi"), p -> {});

            assertThat(failure.kind()).isEqualTo(Kind.BUSY);
            assertThat(failure.retryAfter()).isNotNull();
            cancellation.cancel();
            first.join();
        }
    }

    private static Kind kindOf(Providers to, CallContext context) {
        try {
            to.gateway.chat(Providers.ask("Hi"), p -> {}, context);
            throw new AssertionError("there was an answer");
        } catch (ModelException e) {
            return e.kind();
        }
    }
}
