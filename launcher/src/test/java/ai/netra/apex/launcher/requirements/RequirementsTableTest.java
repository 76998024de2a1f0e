package ai.netra.apex.launcher.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementsTableTest {

    @TempDir Path repository;

    @BeforeEach
    void writeRepository() throws IOException {
        write(
                "docs/requirements-rows.md",
                """
                ## Sessions
                | ID | What works |
                | --- | --- |
                | SES-1 | Per-user limits. |
                | SES-2 | Time limits. |
                | FE-1 | A page. |
                """);
        write(
                "a/src/test/java/PoolIT.java",
                """
                @Tag("SES-1")
                class PoolIT {

                    @Test
                    void limitsEachUser() {}

                    @Tag("SES-2")
                    @Test
                    void limitsTime() {}

                    void helper() {}

                    String text = \"""
                        @Tag("SES-2")
                        \""";

                    @Test
                    void isOfItsClassOnly() {}
                }
                """);
        write("tests/journeys/chat.spec.ts", "test('FE-1: shows a page', async () => {});\n");
        write(
                "a/target/Old_IT.java",
                "@Tag(\"SES-1\")\nclass Old_IT {\n    @Test\n    void old() {}\n}\n");
    }

    @Test
    void findsTheTestsOfEachRow() throws IOException {
        RequirementsTable table = RequirementsTable.read(repository);
        assertThat(table.toJson())
                .isEqualTo(
                        "{\"rows\":[{\"id\":\"SES-1\",\"tests\":[\"a/src/test/java/PoolIT.java: isOfItsClassOnly\","
                                + "\"a/src/test/java/PoolIT.java: limitsEachUser\",\"a/src/test/java/PoolIT.java: limitsTime\"]},"
                                + "{\"id\":\"SES-2\",\"tests\":[\"a/src/test/java/PoolIT.java: limitsTime\"]},"
                                + "{\"id\":\"FE-1\",\"tests\":[\"tests/journeys/chat.spec.ts: shows a page\"]}]}");
    }

    @Test
    void listsARowWithoutATestAsOpen() throws IOException {
        Files.delete(repository.resolve("tests/journeys/chat.spec.ts"));
        RequirementsTable table = RequirementsTable.read(repository);
        assertThat(table.toMarkdown())
                .contains("3 rows, 1 without a test yet.")
                .contains("| FE-1 | A page. | **open** |")
                .contains("| SES-2 | Time limits. | `PoolIT.java` (1) |");
        assertThat(table.toText()).containsPattern("FE-1 +OPEN");
    }

    private void write(String file, String text) throws IOException {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
