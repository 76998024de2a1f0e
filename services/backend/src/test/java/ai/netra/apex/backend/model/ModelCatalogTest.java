package ai.netra.apex.backend.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.model.FakeModelProvider;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("NET-4")
class ModelCatalogTest {

    @Test
    void offersWhatTheProviderListsWithWhatIsKnownOfIt() {
        try (var provider = FakeModelProvider.start().models("gpt-9", "text-embedding-3");
                var parts = catalog(config(ProviderConfig.Kind.OPENAI, provider, false), "x/y")) {
            await().atMost(Duration.ofSeconds(40)).until(() -> parts.catalog.offers("test/gpt-9"));

            assertThat(parts.catalog.models())
                    .extracting(Model::id)
                    .containsExactly("apex/guide", "test/gpt-9");
            assertThat(parts.catalog.defaultModel()).isEqualTo("apex/guide");
            assertThat(parts.catalog.troubles()).isEmpty();
        }
    }

    @Test
    void usesTheConfiguredDefaultWhenItIsThere() {
        try (var provider = FakeModelProvider.start().models("gpt-9");
                var parts =
                        catalog(
                                config(ProviderConfig.Kind.OPENAI, provider, false),
                                "test/gpt-9")) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> parts.catalog.defaultModel().equals("test/gpt-9"));

            assertThat(parts.catalog.models())
                    .filteredOn(Model::isDefault)
                    .extracting(Model::id)
                    .containsExactly("test/gpt-9");
        }
    }

    @Test
    void keepsTheModelsOfAProviderThatIsAwayMarkedUnavailable() {
        var provider = FakeModelProvider.start().models("gpt-9");
        try (var parts = catalog(config(ProviderConfig.Kind.OPENAI, provider, false), "x/y")) {
            await().atMost(Duration.ofSeconds(40)).until(() -> parts.catalog.offers("test/gpt-9"));

            provider.close();

            await().atMost(Duration.ofSeconds(40))
                    .until(() -> !parts.catalog.models().getLast().available());
            assertThat(parts.catalog.models().getLast().id()).isEqualTo("test/gpt-9");
            assertThat(parts.catalog.troubles()).containsKey("Test Provider");
        }
    }

    @Test
    void findsAnOllamaByItselfAndForgetsItWhenItStops() {
        var ollama = FakeModelProvider.start().models("llama3.2");
        int port = ollama.port();
        try (var parts = catalog(config(ProviderConfig.Kind.OLLAMA, ollama, true), "x/y")) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> parts.catalog.offers("test/llama3.2"));
            Model model = parts.catalog.models().getLast();
            assertThat(model.contextWindow()).isEqualTo(8192);
            assertThat(model.supportsTools()).isTrue();

            ollama.close();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> !parts.catalog.offers("test/llama3.2"));
            assertThat(parts.catalog.troubles()).isEmpty();

            try (var again = FakeModelProvider.start(port).models("llama3.2")) {
                await().atMost(Duration.ofSeconds(40))
                        .until(() -> parts.catalog.offers("test/llama3.2"));
                assertThat(again.openConnections()).isNotNegative();
            }
        }
    }

    @Test
    void asksAProviderThatDidNotAnswerAgainBeforeItsTime() {
        int port;
        try (var away = FakeModelProvider.start()) {
            port = away.port();
        }
        var there = URI.create("http://127.0.0.1:" + port + "/v1");
        try (var parts =
                catalog(config(ProviderConfig.Kind.OPENAI, there, false), Duration.ofDays(1))) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> parts.catalog.troubles().containsKey("Test Provider"));

            try (var back = FakeModelProvider.start(port).models("gpt-9")) {
                await().atMost(Duration.ofSeconds(40))
                        .until(() -> parts.catalog.offers("test/gpt-9"));
                assertThat(parts.catalog.troubles()).isEmpty();
                assertThat(back.exchanges()).isEmpty();
            }
        }
    }

    @Test
    void asksNoMoreForToolsOnceAModelRefusedThem() {
        try (var provider = FakeModelProvider.start().models("gpt-9");
                var parts = catalog(config(ProviderConfig.Kind.OPENAI, provider, false), "x/y")) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> parts.catalog.supportsTools("test/gpt-9"));

            parts.catalog.refusedTools("test/gpt-9");

            assertThat(parts.catalog.supportsTools("test/gpt-9")).isFalse();
        }
    }

    private static ProviderConfig config(
            ProviderConfig.Kind kind, FakeModelProvider provider, boolean discovered) {
        URI base =
                kind == ProviderConfig.Kind.OPENAI ? provider.openAiBaseUrl() : provider.origin();
        return config(kind, base, discovered);
    }

    private static ProviderConfig config(ProviderConfig.Kind kind, URI base, boolean discovered) {
        return new ProviderConfig(
                "test",
                "Test Provider",
                kind,
                base,
                null,
                null,
                List.of(),
                false,
                discovered,
                true,
                Providers.QUICK,
                Map.of());
    }

    private static Parts catalog(ProviderConfig provider, String defaultModel) {
        return catalog(
                new ModelsConfig(
                        List.of(provider), defaultModel, Duration.ofMillis(100), Set.of()));
    }

    private static Parts catalog(ProviderConfig provider, Duration refresh) {
        return catalog(new ModelsConfig(List.of(provider), "x/y", refresh, Set.of()));
    }

    private static Parts catalog(ModelsConfig config) {
        var gateway = new ModelGateway(config, call -> {}, Clock.systemUTC());
        return new Parts(gateway, ModelCatalog.start(() -> config, gateway));
    }

    private record Parts(ModelGateway gateway, ModelCatalog catalog) implements AutoCloseable {
        @Override
        public void close() {
            catalog.close();
            gateway.close();
        }
    }
}
