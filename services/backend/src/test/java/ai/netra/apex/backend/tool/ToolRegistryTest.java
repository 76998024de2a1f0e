package ai.netra.apex.backend.tool;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.backend.model.Cancellation;
import ai.netra.apex.backend.model.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Tag("GLD-2")
class ToolRegistryTest {

    private static final ToolContext SOMEBODY = new ToolContext(UUID.randomUUID(), null);
    private static final String SCHEMA =
            """
            {"type":"object","required":["word"],"properties":{
             "word":{"type":"string","minLength":2,"maxLength":5},
             "count":{"type":"integer","minimum":1,"maximum":3},
             "kind":{"type":"string","enum":["a","b"]},
             "list":{"type":"array","maxItems":1,"items":{"type":"boolean"}}}}
            """;

    private interface Body {
        JsonNode call(JsonNode arguments) throws Exception;
    }

    private static ToolRegistry registry(Body body) {
        return new ToolRegistry(
                List.of(
                        new Tool() {
                            @Override
                            public ToolSpec spec() {
                                return Schemas.tool("probe", "A probe", SCHEMA);
                            }

                            @Override
                            public Duration limit() {
                                return Duration.ofMillis(200);
                            }

                            @Override
                            public JsonNode call(JsonNode arguments, ToolContext context)
                                    throws Exception {
                                return body.call(arguments);
                            }
                        }));
    }

    @Test
    void callsAToolWithArgumentsThatFit() {
        try (var tools = registry(arguments -> arguments)) {
            ToolOutcome outcome =
                    tools.call("probe", "{\"word\":\"abc\"}", SOMEBODY, new Cancellation());

            assertThat(outcome.succeeded()).isTrue();
            assertThat(outcome.result().path("word").asString()).isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | word is missing",
                "[] | must be of type object",
                "{\"word\":7} | word must be of type string",
                "{\"word\":\"a\"} | at least 2",
                "{\"word\":\"abcdef\"} | at most 5",
                "{\"word\":\"abc\",\"count\":4} | at most 3",
                "{\"word\":\"abc\",\"count\":1.5} | of type integer",
                "{\"word\":\"abc\",\"kind\":\"c\"} | must be one of",
                "{\"word\":\"abc\",\"list\":[true,false]} | at most 1",
                "{\"word\":\"abc\",\"list\":[3]} | list[0] must be of type boolean",
                "{\"word\":\"abc\",\"other\":1} | other is not known",
                "{\"word\": | not JSON",
            })
    void refusesArgumentsThatDoNotFitInWordsAModelCanActOn(String arguments, String words) {
        try (var tools = registry(a -> a)) {
            ToolOutcome outcome = tools.call("probe", arguments, SOMEBODY, new Cancellation());

            assertThat(outcome.succeeded()).isFalse();
            assertThat(outcome.result().path("error").asString()).contains(words);
        }
    }

    @Test
    void saysWhichToolsThereAreWhenOneIsUnknown() {
        try (var tools = registry(a -> a)) {
            assertThat(
                            tools.call("nothing", "{}", SOMEBODY, new Cancellation())
                                    .result()
                                    .path("error")
                                    .asString())
                    .contains("probe");
        }
    }

    @Test
    void endsACallThatTakesTooLongAndInterruptsIt() throws Exception {
        var interrupted = new CountDownLatch(1);
        try (var tools =
                registry(
                        a -> {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                            return a;
                        })) {
            ToolOutcome outcome =
                    tools.call("probe", "{\"word\":\"abc\"}", SOMEBODY, new Cancellation());

            assertThat(outcome.succeeded()).isFalse();
            assertThat(outcome.result().path("error").asString()).contains("longer than");
            interrupted.await();
        }
    }

    @Test
    void tellsOnlyWhatAToolMeantToTell() {
        try (var tools =
                registry(
                        a -> {
                            throw a.path("word").asString().equals("told")
                                    ? new ToolException("no such place")
                                    : new IllegalStateException("password=hunter2");
                        })) {
            assertThat(error(tools, "told")).isEqualTo("no such place");
            assertThat(error(tools, "other")).doesNotContain("hunter2").contains("failed");
        }
    }

    @Test
    void shortensAResultThatIsTooLong() {
        try (var tools =
                registry(
                        a ->
                                Schemas.object()
                                        .put("text", "x".repeat(3 * ToolRegistry.MAX_RESULT)))) {
            JsonNode result =
                    tools.call("probe", "{\"word\":\"abc\"}", SOMEBODY, new Cancellation())
                            .result();

            assertThat(result.path("truncated").asBoolean()).isTrue();
            assertThat(result.path("beginning").asString()).hasSize(ToolRegistry.MAX_RESULT);
        }
    }

    private static String error(ToolRegistry tools, String word) {
        return tools.call("probe", "{\"word\":\"" + word + "\"}", SOMEBODY, new Cancellation())
                .result()
                .path("error")
                .asString();
    }
}
