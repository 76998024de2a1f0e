package ai.netra.apex.backend.model;

import ai.netra.apex.testing.model.FakeModelProvider;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gateways to the test's provider, and what they reported. */
public final class Providers implements AutoCloseable {

    public static final ProviderConfig.Limits QUICK =
            new ProviderConfig.Limits(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20), 50, 1);

    public final List<CallRecord> calls = new CopyOnWriteArrayList<>();
    public final ModelsConfig config;
    public final ModelGateway gateway;

    public Providers(ProviderConfig... providers) {
        config =
                new ModelsConfig(
                        List.of(providers), ModelsConfig.GUIDE, Duration.ofSeconds(1), Set.of());
        gateway = new ModelGateway(config, calls::add, Clock.systemUTC());
    }

    public static ProviderConfig config(
            ProviderConfig.Kind kind, FakeModelProvider provider, ProviderConfig.Limits limits) {
        URI base =
                kind == ProviderConfig.Kind.OPENAI ? provider.openAiBaseUrl() : provider.origin();
        return new ProviderConfig(
                "test",
                "Test Provider",
                kind,
                base,
                () -> "secret-key",
                "test-api-key",
                List.of("test-model"),
                false,
                false,
                true,
                limits,
                Map.of());
    }

    public static Providers to(ProviderConfig.Kind kind, FakeModelProvider provider) {
        return new Providers(config(kind, provider, QUICK));
    }

    public static CallContext context(Cancellation cancellation) {
        return new CallContext(
                UUID.randomUUID(), null, null, "run", Instant.now().plusSeconds(20), cancellation);
    }

    public static ChatRequest ask(String question) {
        return new ChatRequest(
                "test/test-model",
                List.of(new ModelMessage.User(question)),
                List.of(),
                Sampling.DEFAULT);
    }

    /** Asks and returns the failure there has to be. */
    public ModelException failureOf(ChatRequest request, ChatListener listener) {
        try {
            ChatReply reply = gateway.chat(request, listener, context(new Cancellation()));
            throw new AssertionError("there was an answer: " + reply);
        } catch (ModelException e) {
            return e;
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
