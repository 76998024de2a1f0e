package ai.netra.apex.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.auth.AuthDeclarations;
import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.edge.EdgeDeclarations;
import ai.netra.apex.embedded.clickhouse.ClickHouseSettings;
import ai.netra.apex.launcher.config.FrontendSettings;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.reference.ConfigJsonSchema;
import ai.netra.apex.settings.reference.ConfigReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The reference page and its schema are what the code declares. After a change of a declaration
 * write them anew with {@code -Dreference.write=true}.
 */
@Tag("CFG-2")
class ReferencePageTest {
    private static final List<ServiceSettings> SERVICES =
            List.of(
                    AuthDeclarations.SETTINGS,
                    BackendSettings.SETTINGS,
                    EdgeDeclarations.SETTINGS,
                    ClickHouseSettings.SETTINGS,
                    FrontendSettings.SETTINGS);
    private static final Path DOCS = Path.of("..", "..", "docs");

    @Test
    void theReferencePageIsWhatTheCodeDeclares() throws IOException {
        compare(DOCS.resolve("configuration.md"), ConfigReference.markdown(SERVICES));
    }

    @Test
    void theSchemaIsWhatTheCodeDeclares() throws IOException {
        compare(DOCS.resolve("configuration.schema.json"), ConfigJsonSchema.of(SERVICES));
    }

    @Test
    void theFrontEndsOwnSchemaIsWhatTheCodeDeclares() throws IOException {
        compare(
                Path.of("..", "..", "frontend", "scripts", "settings.schema.json"),
                ConfigJsonSchema.of(List.of(FrontendSettings.SETTINGS)));
    }

    @Test
    void everySettingSaysWhatItIsFor() {
        for (ServiceSettings service : SERVICES) {
            assertThat(service.settings())
                    .allSatisfy(
                            setting ->
                                    assertThat(setting.description())
                                            .as(setting.key())
                                            .hasSizeGreaterThan(5)
                                            .endsWith("."));
        }
    }

    private static void compare(Path file, String generated) throws IOException {
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(file, generated);
        }
        assertThat(file)
                .as("run this test with -Dreference.write=true")
                .content()
                .isEqualTo(generated);
    }
}
