package ai.netra.apex.backend.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.testing.model.FakeModelProvider;
import ai.netra.apex.testing.model.Script;
import ai.netra.apex.testing.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each protocol's client understands, over real sockets. */
@Tag("GLD-2")
class ModelClientTest {

    private static final ToolSpec WEATHER =
            new ToolSpec(
                    "weather",
                    "The weather",
                    JsonMapper.shared()
                            .readTree(
                                    "{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}}}"));

    @ParameterizedTest
    @EnumSource
    void streamsTextAndCountsTokens(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.text("Hel", "lo ", "Wörld").usage(11, 5));
            List<String> pieces = new ArrayList<>();

            ChatReply reply =
                    to.gateway.chat(
                            Providers.ask("Hi"),
                            pieces::add,
                            Providers.context(new Cancellation()));

            assertThat(pieces).containsExactly("Hel", "lo ", "Wörld");
            assertThat(reply.text()).isEqualTo("Hello Wörld");
            assertThat(reply.finish()).isEqualTo(ChatReply.Finish.STOP);
            assertThat(reply.usage()).isEqualTo(new TokenUsage(11, 5, false));
            assertThat(to.calls)
                    .singleElement()
                    .satisfies(
                            call -> {
                                assertThat(call.outcome()).isEqualTo("ok");
                                assertThat(call.model()).isEqualTo("test/test-model");
                                assertThat(call.firstTokenMillis()).isNotNegative();
                            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void puncturedCharactersComeOutWhole(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(
                    Script.begin().then(new Step.OneByteAtATime()).say("Grüße, 世界 ").say("👩‍🚀!"));

            assertThat(answer(to).text()).isEqualTo("Grüße, 世界 👩‍🚀!");
        }
    }

    @ParameterizedTest
    @EnumSource
    void hearsReasoningApartFromTheAnswer(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.begin().think("Hmm, ").think("let me see.").say("42"));
            var thoughts = new StringBuilder();
            var listener =
                    new ChatListener() {
                        @Override
                        public void text(String piece) {}

                        @Override
                        public void thinking(String piece) {
                            thoughts.append(piece);
                        }
                    };

            ChatReply reply =
                    to.gateway.chat(
                            Providers.ask("?"), listener, Providers.context(new Cancellation()));

            assertThat(reply.text()).isEqualTo("42");
            assertThat(thoughts).hasToString("Hmm, let me see.");
        }
    }

    @ParameterizedTest
    @EnumSource
    void asksForToolsAndGivesTheirResultsBack(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(
                    Script.begin()
                            .say("I look.")
                            .toolCall("t1", "weather", "{\"place\":\"Rome\"}"));
            var request =
                    new ChatRequest(
                            "test/test-model",
                            List.of(new ModelMessage.User("Weather in Rome?")),
                            List.of(WEATHER),
                            Sampling.DEFAULT);

            ChatReply reply =
                    to.gateway.chat(request, p -> {}, Providers.context(new Cancellation()));

            assertThat(reply.finish()).isEqualTo(ChatReply.Finish.TOOL_CALLS);
            ToolCall call = reply.toolCalls().getFirst();
            assertThat(call.name()).isEqualTo("weather");
            assertThat(JsonMapper.shared().readTree(call.arguments()))
                    .isEqualTo(JsonMapper.shared().readTree("{\"place\":\"Rome\"}"));

            to.gateway.chat(
                    new ChatRequest(
                            "test/test-model",
                            List.of(
                                    new ModelMessage.Instructions("Be brief."),
                                    new ModelMessage.User("Weather in Rome?"),
                                    new ModelMessage.Assistant(reply.text(), reply.toolCalls()),
                                    new ModelMessage.ToolResult(
                                            call.id(), "weather", "{\"sky\":\"clear\"}")),
                            List.of(WEATHER),
                            Sampling.DEFAULT),
                    p -> {},
                    Providers.context(new Cancellation()));

            JsonNode sent = provider.exchanges().get(1).body();
            assertThat(sent.toString()).contains("Be brief.", "weather", "clear");
            if (kind == ProviderConfig.Kind.GEMINI) {
                assertThat(sent.toString()).contains("\"thoughtSignature\":\"c2ln0\"");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysWhenTheLengthLimitEndedTheAnswer(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.text("and so").then(new Step.Finish("length")));

            assertThat(answer(to).finish()).isEqualTo(ChatReply.Finish.LENGTH);
        }
    }

    @Test
    void sendsTheKeyInTheHeaderOfEachVendor() throws Exception {
        Map<ProviderConfig.Kind, String> headers =
                Map.of(
                        ProviderConfig.Kind.OPENAI, "authorization",
                        ProviderConfig.Kind.ANTHROPIC, "x-api-key",
                        ProviderConfig.Kind.GEMINI, "x-goog-api-key");
        for (var entry : headers.entrySet()) {
            try (var provider = FakeModelProvider.start().requireKey("secret-key");
                    var to = Providers.to(entry.getKey(), provider)) {
                answer(to);
                assertThat(provider.exchanges().getFirst().headers().get(entry.getValue()))
                        .endsWith("secret-key");
                assertThat(provider.exchanges().getFirst().path()).doesNotContain("secret-key");
            }
        }
    }

    @Test
    void readsStreamsAsTheStandardAllowsThem() throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.enqueue(
                    Script.begin()
                            .raw(": a comment\r\n\r\nid: 7\r\nretry: 10\r\n")
                            .raw("data:{\"choices\":[{\"delta\":\r\n")
                            .raw("data: {\"content\":\"two lines\"}}]}\r\n\r\n")
                            .raw("event: whatever\ndata: {\"choices\":[]}\n\n")
                            .raw("unknown field\ndata: {\"choices\":[{\"delta\":{},")
                            .raw("\"finish_reason\":\"stop\"}]}\r\rdata: [DONE]\r\r"));

            assertThat(answer(to).text()).isEqualTo("two lines");
        }
    }

    @Test
    void estimatesTokensOfAProviderThatDoesNotCount() throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(ProviderConfig.Kind.OPENAI, provider)) {
            provider.enqueue(
                    Script.begin()
                            .raw("data: {\"choices\":[{\"delta\":{\"content\":\"12345678\"}}]}\n\n")
                            .raw("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n")
                            .then(new Step.EndEarly()));

            assertThat(answer(to).usage()).isEqualTo(new TokenUsage(1, 2, true));
        }
    }

    private static ChatReply answer(Providers to) throws ModelException {
        return to.gateway.chat(
                Providers.ask("Hi"), piece -> {}, Providers.context(new Cancellation()));
    }
}
