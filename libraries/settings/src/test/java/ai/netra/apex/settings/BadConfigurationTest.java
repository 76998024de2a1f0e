package ai.netra.apex.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("CFG-1")
@Tag("CFG-2")
@Tag("AUT-7")
@Tag("INF-3")
class BadConfigurationTest {
    @TempDir private Path directory;

    static List<BadConfigurations.Bad> table() {
        return BadConfigurations.all();
    }

    @Test
    void theConfigurationThatTheTableSpoilsIsValid() {
        assertThat(new ConfigFixture(directory).problems()).isEmpty();
    }

    @Test
    void theTableHasAtLeastOneHundredAndFiftyRows() {
        assertThat(table()).hasSizeGreaterThanOrEqualTo(150);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void aBadConfigurationIsRefusedWithItsKeyAndAUsefulSentence(BadConfigurations.Bad bad)
            throws IOException {
        ConfigFixture fixture = new ConfigFixture(directory);
        bad.spoil().accept(fixture);
        Set<String> socketsBefore = sockets();
        ConfigFixture.Ran ran = fixture.run();
        assertThat(sockets()).isSubsetOf(socketsBefore);
        assertThat(ran.exitCode()).isEqualTo(78);
        assertThat(ran.output()).contains(bad.key()).doesNotContain(ConfigFixture.CANARY);
        List<ConfigProblem> problems = fixture.problems();
        assertThat(problems)
                .anySatisfy(
                        problem -> {
                            assertThat(problem.key()).isEqualTo(bad.key());
                            assertThat(problem.reason()).contains(bad.reason());
                            assertThat(problem.suggestion()).hasSizeGreaterThan(8);
                            assertThat(problem.source()).isNotBlank();
                            assertThat(problem.service()).isEqualTo("demo");
                        });
        assertThat(fixture.run("--json").output())
                .startsWith("{\"problems\":[{\"service\":\"demo\",\"key\":")
                .doesNotContain(ConfigFixture.CANARY);
    }

    @Test
    void allProblemsOfOneStartAreInOneReport() {
        ConfigFixture fixture =
                new ConfigFixture(directory)
                        .unset("DEMO_DATABASE_HOSTS")
                        .env("DEMO_PORT", "http")
                        .env("DEMO_PROT", "8000")
                        .env("DEMO_WORKERS", "4")
                        .env("DEMO_QUERY_TIMEOUT", "30s")
                        .env("DEMO_REQUEST_TIMEOUT", "600")
                        .env("DEMO_FAST_TEST", "true")
                        .env("DEMO_REDIS_URL", "redis://localhost:6379")
                        .env("DEMO_SIGNING_KEY", "canary-Sk1!in-the-open")
                        .file("DEMO_BODY_LIMIT=10\nnonsense\n")
                        .secret("database-password", "changeme");
        ConfigFixture.Ran ran = fixture.run();
        assertThat(ran.exitCode()).isEqualTo(78);
        assertThat(ran.output())
                .contains("13 problems")
                .contains("DEMO_DATABASE_HOSTS is required in tier production")
                .contains("DEMO_PORT is \"http\" which is not a whole number")
                .contains("Did you mean DEMO_PORT?")
                .contains("DEMO_WORKERS is retired")
                .contains("DEMO_QUERY_TIMEOUT has been renamed to DEMO_STATEMENT_TIMEOUT")
                .contains("DEMO_REQUEST_TIMEOUT is \"600\" which is a duration without a unit")
                .contains("DEMO_FAST_TEST is on in tier production")
                .contains("DEMO_SIGNING_KEY is a credential in the open")
                .contains("DEMO_BODY_LIMIT")
                .contains("line 2 is not KEY=VALUE")
                .contains("DEMO_DATABASE_PASSWORD is a well-known default")
                .doesNotContain("canary")
                .doesNotContain("changeme");
    }

    /** The sockets this process holds, where the system shows them. */
    private static Set<String> sockets() throws IOException {
        Set<String> sockets = new TreeSet<>();
        Path descriptors = Path.of("/proc/self/fd");
        if (Files.isDirectory(descriptors)) {
            try (Stream<Path> open = Files.list(descriptors)) {
                for (Path descriptor : open.toList()) {
                    if (Files.isSymbolicLink(descriptor)) {
                        String target = Files.readSymbolicLink(descriptor).toString();
                        if (target.startsWith("socket:")) {
                            sockets.add(target);
                        }
                    }
                }
            }
        }
        return sockets;
    }
}
