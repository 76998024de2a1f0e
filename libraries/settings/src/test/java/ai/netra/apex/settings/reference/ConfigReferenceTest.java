package ai.netra.apex.settings.reference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CFG-2")
class ConfigReferenceTest {
    private static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_")
                    .with(
                            Setting.integer("DEMO_PORT")
                                    .between(1, 65_535)
                                    .defaultsTo(8000)
                                    .describedAs("Port | of the server."),
                            Setting.duration("DEMO_TIMEOUT")
                                    .defaultsTo(Tier.LOCAL, Duration.ofSeconds(5))
                                    .defaultsTo(Duration.ofSeconds(10))
                                    .reloadableAtRuntime()
                                    .renamedFrom("DEMO_WAIT"),
                            Setting.enumeration("DEMO_TIERS", Tier.class).optional(),
                            Setting.secret("DEMO_API_KEY").describedAs("A key."))
                    .retired("DEMO_WORKERS", "Take it out.");

    @Test
    void everySettingIsARowWithItsAnchor() {
        String page = ConfigReference.markdown(List.of(SETTINGS));
        assertThat(page)
                .contains(
                        "| <a id=\"demo_port\"></a>`DEMO_PORT` | integer | `8000` | must be from 1 to"
                                + " 65535 | restart | Port \\| of the server. |")
                .contains("| duration | `5s` / `10s` / `10s` / `10s` |  | yes |")
                .contains("| secret, file `api-key` | required |  | restart | A key. |")
                .contains("| <a id=\"demo_workers\"></a>`DEMO_WORKERS` | Take it out. |")
                .contains("`DEMO_WAIT` | Renamed to DEMO_TIMEOUT. |");
        for (Setting<?> setting : SETTINGS.settings()) {
            assertThat(page).contains("`" + setting.key() + "`");
        }
    }

    @Test
    void theSchemaKnowsTypesAndKeepsSecretsOut() {
        String schema = ConfigJsonSchema.of(List.of(SETTINGS));
        assertThat(schema)
                .contains("\"DEMO_PORT\": {\"type\": \"integer\", \"default\": 8000,")
                .contains(
                        "\"DEMO_TIERS\": {\"enum\": [\"local\", \"test\", \"staging\", \"production\"]")
                .contains("\"DEMO_API_KEY_FROM\"")
                .doesNotContain("\"DEMO_API_KEY\":");
    }
}
