package ai.netra.apex.backend;

import ai.netra.apex.backend.agent.AgentConfig;
import ai.netra.apex.backend.agent.AgentConfiguration;
import ai.netra.apex.backend.config.BackendConfig;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.model.ProviderConfig;
import ai.netra.apex.backend.usage.UsageConfig;
import ai.netra.apex.embedded.EmbeddedClickHouse;
import ai.netra.apex.servicekit.RunningService;
import ai.netra.apex.testing.model.FakeModelProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A backend with its own executor of runs, a provider on a real socket, and maybe ClickHouse. */
final class WholeBackend implements AutoCloseable {

    final FakeModelProvider provider = FakeModelProvider.start().models("gpt-test");
    final RunningService service;

    WholeBackend(@Nullable EmbeddedClickHouse clickhouse) {
        BackendConfig usual = Parts.platform().config();
        service =
                BackendService.start(
                        new BackendConfig(
                                usual.http(),
                                usual.database(),
                                usual.schema(),
                                usual.redis(),
                                usual.account(),
                                usual.thread(),
                                usual.message(),
                                usual.run(),
                                usual.socket(),
                                models(),
                                new AgentConfig(8, Duration.ZERO),
                                usage(clickhouse),
                                usual.logs()),
                        AgentConfiguration.class);
    }

    private static UsageConfig usage(@Nullable EmbeddedClickHouse clickhouse) {
        UsageConfig usual = Platform.usage();
        return clickhouse == null
                ? usual
                : new UsageConfig(
                        usual.directory(),
                        usual.maxBytes(),
                        usual.segmentBytes(),
                        usual.flush(),
                        new UsageConfig.ClickHouseConfig(
                                URI.create(clickhouse.url()),
                                "default",
                                clickhouse.user(),
                                clickhouse::password));
    }

    private ModelsConfig models() {
        var openai =
                new ProviderConfig(
                        "openai",
                        "OpenAI",
                        ProviderConfig.Kind.OPENAI,
                        provider.openAiBaseUrl(),
                        () -> "sk-test",
                        "openai-api-key",
                        List.of("gpt-test"),
                        false,
                        false,
                        true,
                        ProviderConfig.Limits.DEFAULT,
                        Map.of());
        return new ModelsConfig(
                List.of(openai), ModelsConfig.GUIDE, Duration.ofSeconds(1), Set.of());
    }

    int port() {
        return service.port();
    }

    @Override
    public void close() {
        service.close();
        provider.close();
    }
}
