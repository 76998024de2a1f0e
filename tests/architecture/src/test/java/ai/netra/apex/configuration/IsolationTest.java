package ai.netra.apex.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.settings.InvalidConfigurationException;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two services in one process, fed by one environment: whatever is done to the one, the other
 * stays.
 */
@Tag("AUT-1")
@Tag("AUT-2")
class IsolationTest {
    @TempDir private Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private Service auth;
    private Service backend;

    @BeforeEach
    void prepare() {
        auth = Service.auth(directory, environment);
        backend = Service.backend(directory, environment);
    }

    @Test
    void nothingThatIsDoneToTheBackendChangesAuth() throws IOException {
        mutateEverythingOf(backend, auth);
    }

    @Test
    void nothingThatIsDoneToAuthChangesTheBackend() throws IOException {
        mutateEverythingOf(auth, backend);
    }

    @Test
    void whatIsDoneToAServiceDoesChangeItself() {
        String before = auth.configuration(environment);
        environment.put("AUTH_DATABASE_HOSTS", "elsewhere.internal");
        assertThat(auth.configuration(environment))
                .isNotEqualTo(before)
                .contains("url jdbc:postgresql://elsewhere.internal:5432/");
        environment.put("AUTH_PORT", "not a port");
        assertThat(Refusals.of(auth, environment)).contains("AUTH_PORT");
    }

    private void mutateEverythingOf(Service victim, Service other) throws IOException {
        String before = other.configuration(environment);
        UnifiedConfigManager running = other.load(environment);
        int mutations = 0;
        Map<String, String> all = new HashMap<>(environment);
        for (String key : keysOf(victim)) {
            for (String value :
                    List.of("", "changed", "5", "30s", "https://other.internal", "true")) {
                Map<String, String> mutated = new HashMap<>(environment);
                mutated.put(key, value);
                assertThat(other.configuration(mutated)).isEqualTo(before);
                all.put(key, value);
                mutations++;
            }
            Map<String, String> without = new HashMap<>(environment);
            without.remove(key);
            assertThat(other.configuration(without)).isEqualTo(before);
        }
        assertThat(mutations).isGreaterThan(100);
        assertThat(other.configuration(all)).isEqualTo(before);
        assertThat(Refusals.of(victim, all))
                .as("the mutations did reach the one they were meant for")
                .hasSizeGreaterThan(10);

        Service.write(victim.file, "nonsense\n" + victim.settings.prefix() + "PORT=1\n");
        assertThat(other.configuration(all)).isEqualTo(before);
        for (Path secret : filesIn(victim.secrets)) {
            Service.write(secret, "changed-" + secret.getFileName());
            assertThat(other.configuration(all)).isEqualTo(before);
            Service.mode(secret, "rw-rw-rw-");
            assertThat(other.configuration(all)).isEqualTo(before);
            Files.delete(secret);
            assertThat(other.configuration(all)).isEqualTo(before);
        }
        victim.secret(victim.settings.service() + "-stray", "x");
        assertThat(other.configuration(all)).isEqualTo(before);

        assertThat(running.reload()).isEmpty();
        assertThat(before).startsWith(other.describe(running.current()));
    }

    /** Every key a service has, had, or looks for; the shared tier is not its own. */
    private static List<String> keysOf(Service service) {
        List<String> keys = new ArrayList<>(service.settings.retiredKeys().keySet());
        for (Setting<?> setting : service.settings.settings()) {
            if (setting.key().startsWith(service.settings.prefix())) {
                keys.add(setting.key());
                keys.addAll(setting.formerKeys());
                if (setting.isSecret()) {
                    keys.add(setting.key() + "_FROM");
                }
            }
        }
        keys.add(service.settings.prefix() + "NEVER_DECLARED");
        return keys;
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** What a service says to a configuration it refuses. */
    private static final class Refusals {
        static List<String> of(Service service, Map<String, String> environment) {
            try {
                service.load(environment);
                return List.of();
            } catch (InvalidConfigurationException e) {
                return e.problems().stream().map(problem -> problem.key()).toList();
            }
        }
    }
}
