package ai.netra.apex.settings;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.settings.store.FileSecretStore;
import ai.netra.apex.settings.store.SecretRefusedException;
import ai.netra.apex.settings.store.SystemdSecretStore;
import ai.netra.apex.settings.store.VaultSecretStore;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/**
 * Whatever is read, parsers end with a value or with a sentence, and what they accept they write so
 * that it reads back. By default the seeds beside this class are run; with {@code JAZZER_FUZZ=1}
 * new inputs are looked for.
 */
@Tag("CFG-2")
class ParserFuzzTest {
    private static final List<SettingType<?>> TYPES =
            List.of(
                    SettingTypes.STRING,
                    SettingTypes.INTEGER,
                    SettingTypes.LONG,
                    SettingTypes.DECIMAL_NUMBER,
                    SettingTypes.BOOLEAN,
                    SettingTypes.DURATION_TYPE,
                    SettingTypes.DATA_SIZE,
                    SettingTypes.HOST_AND_PORT,
                    SettingTypes.PATH,
                    SettingTypes.URL,
                    SettingTypes.enumeration(Tier.class),
                    SettingTypes.listOf(SettingTypes.HOST_AND_PORT));

    @FuzzTest
    void valuesAreParsedOrRefused(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        TYPES.forEach(type -> parse(type, text));
    }

    private static <T> void parse(SettingType<T> type, String text) {
        T value;
        try {
            value = type.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        String written = type.format(value);
        assertThat(type.parse(written)).isEqualTo(value);
    }

    @FuzzTest
    void filesAreParsedOrRefused(FuzzedDataProvider data) {
        KeyValueFile file = KeyValueFile.parse("fuzz", data.consumeRemainingAsString());
        for (String key : file.entries().keySet()) {
            KeyValueFile.Expanded expanded = file.expand(key);
            assertThat(expanded.value() == null).isNotEqualTo(expanded.fault() == null);
        }
    }

    @FuzzTest
    void referencesAreFollowedOrRefused(FuzzedDataProvider data) {
        String reference = data.consumeRemainingAsString();
        var files = new FileSecretStore(FileSecretStore.Access.OWNER);
        var stores =
                new SecretSources(
                        null,
                        files,
                        List.of(files, new SystemdSecretStore("/"), new VaultSecretStore(null)));
        assertThat(stores.watched(reference)).isNotNull();
        try {
            assertThat(stores.read(reference)).isNotNull();
        } catch (SecretRefusedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @FuzzTest
    void wholeConfigurationsAreLoadedOrRefused(FuzzedDataProvider data) {
        String tier = data.pickValue(new String[] {"local", "test", "production", "x"});
        String key = data.pickValue(DemoSettings.SETTINGS.keys().toArray(String[]::new));
        String value = data.consumeRemainingAsString();
        List<ConfigProblem> problems =
                UnifiedConfigManager.check(
                        DemoSettings.SETTINGS,
                        ConfigSources.ofEnvironment(
                                key.equals("APEX_TIER")
                                        ? Map.of(key, value)
                                        : Map.of("APEX_TIER", tier, key, value)));
        assertThat(problems).allSatisfy(p -> assertThat(p.reason()).isNotBlank());
        assertThat(ProblemReport.json(problems)).doesNotContain("\n");
        assertThat(ProblemReport.human(problems)).isNotBlank();
    }
}
