package ai.netra.apex.faults;

import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.model.FakeModelProvider;
import ai.netra.apex.testing.model.Script;
import ai.netra.apex.testing.system.ApexSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The system with two backends and a model provider that speaks slowly and that nobody kills:
 * started for the first test that asks for it, stopped after the last one of all classes.
 */
final class Stage implements AutoCloseable {
    /** The model's id in the catalog. */
    static final String MODEL = "openai/test-model";

    private static final int PIECES = 120;
    private static final Duration GAP = Duration.ofMillis(25);
    private static final Duration RECOVERY = Duration.ofSeconds(90);

    private final FakeModelProvider provider;
    private final AtomicReference<String> authorization;
    private final Canaries canaries;
    private volatile ApexSystem system;

    private Stage(
            ApexSystem system,
            FakeModelProvider provider,
            AtomicReference<String> authorization,
            Canaries canaries) {
        this.system = system;
        this.provider = provider;
        this.authorization = authorization;
        this.canaries = canaries;
    }

    private static Stage start() throws IOException, InterruptedException {
        Script slow = Script.begin();
        for (String piece : pieces()) {
            slow = slow.say(piece).pause(GAP);
        }
        Script standing = slow.usage(10, PIECES);
        var authorization = new AtomicReference<>("");
        Script quick = Script.text("Yes", ".").usage(3, 2);
        var provider =
                FakeModelProvider.start()
                        .models("test-model")
                        .withoutRecording()
                        .respond(
                                exchange -> {
                                    authorization.set(
                                            exchange.headers().getOrDefault("authorization", ""));
                                    return exchange.body().toString().contains("slowly")
                                            ? standing
                                            : quick;
                                });
        try {
            var canaries = Canaries.make();
            var system =
                    ApexSystem.start(
                            2,
                            home -> {
                                Map<String, String> settings =
                                        canaries.settings(home, provider.origin());
                                // Parts end before they could record what they load.
                                settings.put("APEX_AOT", "off");
                                return settings;
                            });
            return new Stage(system, provider, authorization, canaries);
        } catch (IOException | InterruptedException | RuntimeException e) {
            provider.close();
            throw e;
        }
    }

    private static List<String> pieces() {
        return IntStream.rangeClosed(1, PIECES).mapToObj(i -> "w" + i + " ").toList();
    }

    /** The whole answer to a question that contains the word "slowly". */
    static String slowAnswer() {
        return String.join("", pieces());
    }

    /** What the provider was last given to prove who calls. */
    String lastAuthorization() {
        return authorization.get();
    }

    /** What was put into every place for a secret. */
    Canaries canaries() {
        return canaries;
    }

    /** What {@code ./apex up} started last. */
    ApexSystem system() {
        return system;
    }

    /** Runs {@code ./apex up} once more on what is there. */
    void upAgain() throws IOException, InterruptedException {
        system = system.upAgain();
    }

    /** Kills a part and returns its former process, at once. */
    long kill(String part) throws IOException {
        long pid = system.pid(part);
        system.kill(part);
        return pid;
    }

    /** Waits until the supervisor has brought a killed part back. */
    void awaitBack(String part, long formerPid) {
        await("return of " + part)
                .atMost(RECOVERY)
                .until(() -> system.isReadyAgain(part, formerPid));
    }

    /** Whether a part is ready now. */
    boolean isReady(String part) throws IOException {
        return system.part(part).get("state").asString().equals("ready");
    }

    /** Waits until a part is ready, in whatever process. */
    void awaitReady(String part) {
        await("readiness of " + part).atMost(RECOVERY).until(() -> isReady(part));
    }

    /** Waits until a killed part is back, or {@code limit} is over. */
    void awaitBackFor(String part, long formerPid, Duration limit) {
        try {
            await().atMost(limit).until(() -> system.isReadyAgain(part, formerPid));
        } catch (ConditionTimeoutException e) {
            // It takes its time, and what comes next finds the system without it.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        system.close();
        provider.close();
    }

    /** Hands the one stage to every test that asks. */
    static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Stage.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Stage.class))
                    .computeIfAbsent(Stage.class, type -> open(), Stage.class);
        }

        private static Stage open() {
            try {
                return start();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
