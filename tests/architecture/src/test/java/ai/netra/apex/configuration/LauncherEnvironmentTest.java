package ai.netra.apex.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.auth.AuthDeclarations;
import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.edge.EdgeDeclarations;
import ai.netra.apex.embedded.clickhouse.ClickHouseSettings;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.stack.ApexStack;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("CFG-1")
@Tag("CFG-2")
@Tag("INF-3")
class LauncherEnvironmentTest {
    @TempDir private Path directory;

    @Test
    void whatTheLauncherTellsEachServiceIsValidAndHoldsNoSecret() {
        ApexHome home = ApexHome.of(directory, null);
        home.prepare();
        Map<String, Map<String, String>> environments =
                new ApexStack(directory, home, PortPlan.anyFree(1), new Toolchain(directory))
                        .serviceEnvironments();
        List<ConfigProblem> problems = new ArrayList<>();
        for (ServiceSettings service :
                List.of(
                        AuthDeclarations.SETTINGS,
                        BackendSettings.SETTINGS,
                        EdgeDeclarations.SETTINGS,
                        ClickHouseSettings.SETTINGS)) {
            Map<String, String> environment = environments.get(service.service());
            problems.addAll(
                    UnifiedConfigManager.check(service, ConfigSources.ofEnvironment(environment)));
            service.settings().stream()
                    .filter(setting -> setting.isSecret())
                    .forEach(secret -> assertThat(environment).doesNotContainKey(secret.key()));
        }
        assertThat(problems).isEmpty();
    }
}
