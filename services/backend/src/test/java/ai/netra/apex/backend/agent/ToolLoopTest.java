package ai.netra.apex.backend.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.guide.Guide;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.ProviderConfig;
import ai.netra.apex.backend.model.Providers;
import ai.netra.apex.backend.run.ChatTurn;
import ai.netra.apex.backend.run.RunFailedException;
import ai.netra.apex.backend.run.RunRequest;
import ai.netra.apex.backend.run.RunResult;
import ai.netra.apex.backend.run.Usage;
import ai.netra.apex.backend.tool.CurrentTime;
import ai.netra.apex.backend.tool.ToolRegistry;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.testing.model.FakeModelProvider;
import ai.netra.apex.testing.model.Script;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs of a language model with tools, against a provider on a real socket. */
@Tag("GLD-2")
class ToolLoopTest {

    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    private final FakeModelProvider provider = FakeModelProvider.start();
    private final Providers to = Providers.to(ProviderConfig.Kind.OPENAI, provider);
    private final ModelCatalog catalog = ModelCatalog.start(() -> to.config, to.gateway);
    private final ToolRegistry tools = new ToolRegistry(List.of(new CurrentTime(NOON)));
    private final RecordingSink sink = new RecordingSink();
    private final ModelRunExecutor executor =
            new ModelRunExecutor(
                    new Guide(tools, () -> true, Duration.ZERO),
                    new ToolLoop(to.gateway, catalog, tools, new Prompt(NOON), () -> 3),
                    to.calls::add,
                    Clock.systemUTC());

    @AfterEach
    void close() {
        catalog.close();
        tools.close();
        to.close();
        provider.close();
    }

    @Test
    void callsTheToolsAModelWantsAndAnswersFromThem() throws Exception {
        provider.enqueue(
                        Script.begin()
                                .think("I need the time.")
                                .toolCall("c1", "current_time", "{\"zone\":\"Asia/Tokyo\"}")
                                .usage(10, 5))
                .enqueue(Script.text("It is ", "nine.").usage(30, 4));

        RunResult result = executor.execute(request("What time is it in Tokyo?"), sink);

        assertThat(result.text()).isEqualTo("It is nine.");
        assertThat(result.usage()).isEqualTo(new Usage(40, 9));
        assertThat(sink.kinds())
                .containsExactly(
                        "thinking", "executing current_time", "completed current_time", "text");
        assertThat(sink.events.get(2)).contains("21:00");
        assertThat(provider.exchanges().get(1).body().toString()).contains("21:00");
        assertThat(to.calls).hasSize(2);
    }

    @Test
    void endsWithinItsStepsByAskingWithoutTools() throws Exception {
        provider.respond(
                exchange ->
                        exchange.body().has("tools")
                                ? Script.begin().toolCall("c", "current_time", "{}")
                                : Script.text("Enough."));

        RunResult result = executor.execute(request("loop"), sink);

        assertThat(result.text()).endsWith("Enough.");
        assertThat(provider.exchanges()).hasSize(3);
        assertThat(sink.kinds()).filteredOn("executing current_time"::equals).hasSize(2);
    }

    @Test
    void goesOnWithoutToolsWhenTheModelRefusesThem() throws Exception {
        provider.respond(
                exchange ->
                        exchange.body().has("tools")
                                ? Script.failure(400, "bad", "this model does not support tools")
                                : Script.text("Plain answer."));

        assertThat(executor.execute(request("Hi"), sink).text()).isEqualTo("Plain answer.");
        assertThat(executor.execute(request("Again"), sink).text()).isEqualTo("Plain answer.");

        assertThat(provider.exchanges()).hasSize(3);
    }

    @Test
    void givesAModelItsMistakesBackInsteadOfFailing() throws Exception {
        provider.enqueue(Script.begin().toolCall("c1", "current_time", "{\"zone\":\"Nowhere/X\"}"))
                .enqueue(Script.text("I do not know."));

        executor.execute(request("Hi"), sink);

        assertThat(sink.events.get(1)).contains("is no time zone");
        assertThat(provider.exchanges().get(1).body().toString()).contains("is no time zone");
    }

    @Test
    @Tag("NET-4")
    void aStopClosesTheProvidersSocketAndKeepsWhatThereIs() throws Exception {
        provider.enqueue(Script.text("A beginning ").silence());
        var result = new CompletableFuture<RunResult>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                result.complete(executor.execute(request("Hi"), sink));
                            } catch (RunFailedException e) {
                                result.completeExceptionally(e);
                            }
                        });
        assertThat(sink.firstText.await(10, TimeUnit.SECONDS)).isTrue();
        long from = System.nanoTime();

        sink.stop();

        assertThat(result.get(1, TimeUnit.SECONDS).text()).isEqualTo("A beginning ");
        long gone =
                provider.awaitExchange(0, Duration.ofSeconds(5))
                        .awaitClientGone(Duration.ofSeconds(5));
        assertThat(gone - from).isLessThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aFailureIsHonestWithTimeToWait() {
        provider.respond(e -> Script.failure(429, "rate_limit_exceeded", "slow", "12"));

        RunFailedException failure =
                catchThrowableOfType(
                        RunFailedException.class, () -> executor.execute(request("Hi"), sink));

        assertThat(failure.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(12));
        assertThat(failure.detail()).contains("Test Provider").contains("another model");
    }

    @Test
    void tellsTheModelTheThreadAndWhoItIsTalkingTo() throws Exception {
        await().atMost(Duration.ofSeconds(40)).until(() -> catalog.offers("test/test-model"));
        provider.enqueue(Script.text("ok"));

        executor.execute(
                request(
                        List.of(
                                new ChatTurn(ChatTurn.Role.USER, "first"),
                                new ChatTurn(ChatTurn.Role.ASSISTANT, "answer"),
                                new ChatTurn(ChatTurn.Role.USER, "second"))),
                sink);

        var messages = provider.exchanges().getFirst().body().path("messages");
        assertThat(messages.get(0).path("role").asString()).isEqualTo("system");
        assertThat(messages.get(0).path("content").asString()).contains("2026-03-01");
        assertThat(messages.get(1).path("content").asString()).isEqualTo("first");
        assertThat(messages.get(2).path("role").asString()).isEqualTo("assistant");
        assertThat(messages.get(3).path("content").asString()).isEqualTo("second");
    }

    private static RunRequest request(String question) {
        return request(List.of(new ChatTurn(ChatTurn.Role.USER, question)));
    }

    private static RunRequest request(List<ChatTurn> history) {
        return new RunRequest(
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                "test/test-model",
                history,
                Instant.now().plusSeconds(30),
                1);
    }
}
