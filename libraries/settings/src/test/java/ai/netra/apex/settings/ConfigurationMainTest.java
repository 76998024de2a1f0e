package ai.netra.apex.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("CFG-1")
@Tag("AUT-7")
class ConfigurationMainTest {
    @TempDir private Path directory;

    /** A service as small as one can be: it opens its socket, says so, and waits to be stopped. */
    static final class DemoService {
        private DemoService() {}

        public static void main(String[] args) throws IOException {
            AppConfig config = ConfigurationMain.loadOrExit(DemoSettings.SETTINGS, args).current();
            try (ServerSocket socket =
                    new ServerSocket(
                            config.get(DemoSettings.PORT), 1, InetAddress.getLoopbackAddress())) {
                System.out.println("listening on " + socket.getLocalPort());
            }
        }
    }

    private ConfigFixture.Ran process(ConfigFixture fixture) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                DemoService.class.getName()));
        command.addAll(fixture.arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(fixture.environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new ConfigFixture.Ran(process.exitValue(), output);
    }

    @Test
    void aProcessWithABadConfigurationEndsWith78BeforeItListens() throws Exception {
        ConfigFixture fixture =
                new ConfigFixture(directory)
                        .env("DEMO_PORT", "80000")
                        .env("DEMO_SIGNING_KEY", "canary-in-the-open");
        ConfigFixture.Ran ran = process(fixture);
        assertThat(ran.exitCode()).isEqualTo(78);
        assertThat(ran.output())
                .contains("2 problems")
                .contains("DEMO_PORT is \"80000\" and must be from 1 to 65535")
                .doesNotContain("listening")
                .doesNotContain("canary")
                .doesNotContain("Exception");
    }

    @Test
    void aProcessWithAGoodConfigurationListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ConfigFixture fixture = new ConfigFixture(directory).env("DEMO_PORT", "" + port);
        ConfigFixture.Ran ran = process(fixture);
        assertThat(ran.output()).isEqualToIgnoringNewLines("listening on " + port);
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void checkConfigSaysThatAllIsWellAndStartsNothing() {
        ConfigFixture fixture = new ConfigFixture(directory);
        ConfigFixture.Ran ran = fixture.run("--check-config");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.output()).contains("valid");
        assertThat(fixture.run("--check-config", "--json").output())
                .isEqualToIgnoringNewLines("{\"problems\":[]}");
    }

    @Test
    void theCommandLineIsCheckedToo() {
        ConfigFixture fixture = new ConfigFixture(directory);
        for (String[] bad :
                new String[][] {
                    {"--prot"}, {"canary-x"}, {"--config"}, {"--set", "x"}, {"--env-file", ""}
                }) {
            ConfigFixture.Ran ran = fixture.run(bad);
            assertThat(ran.exitCode()).isEqualTo(ConfigurationMain.EX_USAGE);
            assertThat(ran.output()).contains("--help").doesNotContain("canary");
        }
        assertThat(fixture.run("--help").output()).contains("--check-config").contains("DEMO_");
    }

    @Test
    void eachValueIsExplainedWithItsSourceAndDefault() {
        ConfigFixture fixture = new ConfigFixture(directory).env("DEMO_PORT", "8123");
        assertThat(fixture.run("--explain", "DEMO_PORT").output())
                .contains("Port of the HTTP server.")
                .contains("value:      8123")
                .contains("source:     environment")
                .contains("default:    8000")
                .contains("must be from 1 to 65535")
                .contains("with a restart");
        String all = fixture.run("--explain").output();
        for (Setting<?> setting : DemoSettings.SETTINGS.settings()) {
            assertThat(all).contains(setting.key());
        }
        assertThat(all).contains("[secret]").doesNotContain("canary");
        assertThat(fixture.run("--explain", "DEMO_PROT").output()).contains("mean DEMO_PORT?");
        assertThat(fixture.run("--explain", "DEMO_PORT", "--json").output())
                .startsWith(
                        "{\"service\":\"demo\",\"tier\":\"production\",\"values\":[{\"service\":\"demo\","
                                + "\"key\":\"DEMO_PORT\",\"value\":\"8123\"");
    }

    @Test
    void anInvalidConfigurationIsExplainedWithItsProblems() {
        ConfigFixture.Ran ran = new ConfigFixture(directory).env("DEMO_PORT", "x").run("--explain");
        assertThat(ran.exitCode()).isEqualTo(ConfigurationMain.EX_CONFIG);
        assertThat(ran.output()).contains("invalid or not set").contains("not a whole number");
    }
}
