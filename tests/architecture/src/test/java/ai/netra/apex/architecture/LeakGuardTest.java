package ai.netra.apex.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No test of a database without the leak check behind it. */
@Tag("STA-9")
class LeakGuardTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /** Whoever uses one of these in a test has a manager in its process. */
    private static final Pattern HAS_A_MANAGER =
            Pattern.compile("<artifactId>apex-(?:database|service-kit)</artifactId>");

    private static final Pattern HAS_THE_GUARD =
            Pattern.compile(
                    "<artifactId>apex-database-testing</artifactId>\\s*<scope>test</scope>");

    private static final String EXTENSIONS =
            "META-INF/services/org.junit.jupiter.api.extension.Extension";

    @Test
    void everyModuleWhoseTestsHaveADatabaseHasTheLeakGuard() throws IOException {
        Set<String> guarded = new TreeSet<>();
        Set<String> unguarded = new TreeSet<>();
        for (Path pom : poms()) {
            Path module = pom.getParent();
            String text = Files.readString(pom);
            if (!Files.isDirectory(module.resolve("src/test/java"))
                    || !HAS_A_MANAGER.matcher(text).find()) {
                continue;
            }
            boolean has =
                    HAS_THE_GUARD.matcher(text).find()
                            || Files.exists(module.resolve("src/main/resources/" + EXTENSIONS))
                            || Files.exists(module.resolve("src/test/resources/" + EXTENSIONS));
            (has ? guarded : unguarded).add(ROOT.relativize(module).toString());
        }
        assertThat(unguarded).as("add apex-database-testing in scope test to the pom of").isEmpty();
        assertThat(guarded)
                .contains(
                        "libraries/database",
                        "libraries/database-testing",
                        "libraries/service-kit",
                        "services/auth",
                        "services/backend");
    }

    @Test
    void junitLooksForItEverywhere() throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));
        String on = "junit.jupiter.extensions.autodetection.enabled = true";
        assertThat(parent.split(Pattern.quote(on), -1))
                .as("surefire and failsafe say: " + on)
                .hasSize(3);
    }

    private static List<Path> poms() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 3)) {
            return files.filter(file -> file.endsWith("pom.xml"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !file.toString().contains("/node_modules/"))
                    .toList();
        }
    }
}
