package ai.netra.apex.backend.guide;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.backend.agent.RecordingSink;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.Providers;
import ai.netra.apex.backend.run.ChatTurn;
import ai.netra.apex.backend.search.DocumentationIndex;
import ai.netra.apex.backend.search.Section;
import ai.netra.apex.backend.tool.CurrentTime;
import ai.netra.apex.backend.tool.ListModels;
import ai.netra.apex.backend.tool.PlatformHealth;
import ai.netra.apex.backend.tool.SearchDocumentation;
import ai.netra.apex.backend.tool.Tool;
import ai.netra.apex.backend.tool.ToolContext;
import ai.netra.apex.backend.tool.ToolRegistry;
import ai.netra.apex.servicekit.health.DependencyHealth;
import ai.netra.apex.servicekit.health.HealthMonitor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("GLD-2")
class GuideTest {

    private static final ToolContext SOMEBODY = new ToolContext(UUID.randomUUID(), null);
    private static final DocumentationIndex DOCUMENTATION = DocumentationIndex.ofThisBuild();

    private final RecordingSink sink = new RecordingSink();

    @Test
    void saysThatItIsNoLanguageModel() {
        String answer = ask(List.of(), "Are you an LLM?");

        assertThat(answer).contains("no language model").contains("Search the documentation");
        assertThat(sink.text.toString()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello", "hi there!", "Good morning"})
    void greetsBackAndSaysWhatCanBeAsked(String greeting) {
        assertThat(ask(List.of(), greeting)).startsWith("Hello!").contains("not a language model");
        assertThat(sink.kinds()).containsExactly("text");
    }

    @Test
    void answersFromTheDocumentationWithTheSourceThroughToolEvents() {
        String answer =
                ask(
                        List.of(new SearchDocumentation(() -> DOCUMENTATION)),
                        "What happens when Redis is away?");

        assertThat(sink.kinds())
                .containsExactly(
                        "thinking",
                        "executing search_documentation",
                        "completed search_documentation",
                        "text");
        assertThat(answer).contains("Redis").contains("docs/architecture.md").contains("[1]");
    }

    @Test
    void saysHonestlyThatItFoundNothing() {
        String answer =
                ask(
                        List.of(new SearchDocumentation(() -> DOCUMENTATION)),
                        "Who won the bicycle race in Ghent?");

        assertThat(answer).contains("found nothing").contains("no language model");
    }

    @Test
    void followsUpOnTheQuestionBefore() {
        var index =
                new DocumentationIndex(
                        List.of(
                                new Section(
                                        "docs/x.md",
                                        "Backups",
                                        "Restore",
                                        "Restore a backup by hand.")));
        var registry = new ToolRegistry(List.of(new SearchDocumentation(() -> index)));
        var guide = new Guide(registry, () -> false, Duration.ZERO);

        String answer =
                guide.answer(
                        List.of(
                                new ChatTurn(ChatTurn.Role.USER, "How do I restore a backup?"),
                                new ChatTurn(ChatTurn.Role.ASSISTANT, "By hand."),
                                new ChatTurn(ChatTurn.Role.USER, "tell me more")),
                        SOMEBODY,
                        sink);

        assertThat(answer).contains("Restore a backup by hand.");
    }

    @Test
    void tellsTheTimeInAPlace() {
        var clock = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

        String answer = ask(List.of(new CurrentTime(clock)), "What time is it in Tokyo?");

        assertThat(answer).contains("Sunday, 1 March 2026, 21:00").contains("Asia/Tokyo");
    }

    @Test
    @Tag("INF-9")
    void saysWhichPartOfThePlatformIsAwayAndWhatThatMeans() {
        try (var monitor =
                HealthMonitor.start(
                        "backend", List.of(part("postgresql", true), part("clickhouse", false)))) {
            Awaitility.await().until(() -> monitor.health().status().equals("degraded"));

            String answer =
                    ask(
                            List.of(new PlatformHealth(() -> monitor)),
                            "Is everything up and running?");

            assertThat(answer)
                    .contains("degraded")
                    .contains("| postgresql | up |")
                    .contains("| clickhouse | **down** |")
                    .contains("usage is buffered on disk");
        }
    }

    @Test
    void saysHowToGetAModelWhenThereIsNone() {
        try (var providers = new Providers();
                var catalog = ModelCatalog.start(() -> providers.config, providers.gateway)) {
            String answer = ask(List.of(new ListModels(catalog)), "Which models are available?");

            assertThat(answer).contains("no language model").contains("connect");
        }
    }

    @Test
    void stopsWritingWhenTheRunIsStopped() {
        sink.onText(piece -> sink.stop());

        String answer = ask(List.of(), "What can you do?");

        assertThat(answer.length()).isLessThan(60);
        assertThat(sink.text.toString()).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What did I say about certificates? | OWN_THREADS | certificates",
                "search my threads for blue whales | OWN_THREADS | blue whales",
                "Find my chats about \"pool limits\" | OWN_THREADS | pool limits",
                "Have I ever asked about Kafka? | OWN_THREADS | Kafka",
                "Show my threads | OWN_THREADS | ''",
                "How many tokens have I used this week? | USAGE | ''",
                "show me my usage | USAGE | ''",
                "How is usage buffered? | QUESTION | ''",
                "How do health checks work? | QUESTION | ''",
                "Is redis down? | HEALTH | ''",
                "How do I connect a model? | QUESTION | ''",
                "Which models can I use? | MODELS | ''",
                "thanks! | THANKS | ''",
                "What is a guarded session? | QUESTION | ''",
            })
    void readsWhatIsAsked(String message, Intent intent, String subject) {
        Reading reading = Reading.of(message);

        assertThat(reading.intents()).containsExactly(intent);
        assertThat(reading.subject()).isEqualTo(subject);
    }

    private String ask(List<? extends Tool> tools, String question) {
        var guide = new Guide(new ToolRegistry(tools), () -> false, Duration.ZERO);
        var history = new ArrayList<ChatTurn>();
        history.add(new ChatTurn(ChatTurn.Role.USER, question));
        return guide.answer(history, SOMEBODY, sink);
    }

    private static DependencyHealth part(String name, boolean up) {
        return new DependencyHealth() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean required() {
                return false;
            }

            @Override
            public String check() throws IOException {
                if (!up) {
                    throw new IOException("connection refused");
                }
                return "";
            }
        };
    }
}
