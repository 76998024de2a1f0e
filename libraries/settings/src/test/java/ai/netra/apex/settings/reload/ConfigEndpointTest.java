package ai.netra.apex.settings.reload;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("CFG-7")
@Tag("INF-3")
class ConfigEndpointTest {
    private static final Setting<Integer> LIMIT =
            Setting.integer("DEMO_LIMIT").between(1, 100).defaultsTo(10).reloadableAtRuntime();
    private static final Setting<Secret> TOKEN =
            Setting.secret("DEMO_MANAGEMENT_TOKEN").optional().reloadableAtRuntime();
    private static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_").with(LIMIT, TOKEN);
    private static final String FIRST = "canary-first-Kq82vXz";
    private static final String SECOND = "canary-second-Pw91mTr";

    @TempDir private Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private Path file;
    private HttpServer server;
    private ConfigWatcher watcher;
    private UnifiedConfigManager manager;

    @BeforeEach
    void serve() throws IOException {
        file = Files.writeString(directory.resolve("demo.conf"), "DEMO_LIMIT=20\n");
        Files.createDirectory(
                directory.resolve("secrets"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        token(FIRST);
        manager =
                UnifiedConfigManager.load(
                        SETTINGS,
                        ConfigSources.ofEnvironment(
                                        Map.of(
                                                "APEX_TIER",
                                                "test",
                                                "DEMO_SECRETS_DIR",
                                                directory.resolve("secrets").toString()))
                                .withConfigFile(file));
        // It looks at nothing by itself within this test: what changes, changes by the call.
        watcher = ConfigWatcher.start(manager, Duration.ofHours(1));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                ConfigEndpoint.PATH,
                new ConfigEndpoint(watcher, () -> manager.current().find(TOKEN)));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        watcher.close();
        http.close();
    }

    private void token(String value) throws IOException {
        Path token = Files.writeString(directory.resolve("secrets/management-token"), value);
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    }

    private HttpResponse<String> call(String method, String path, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:" + server.getAddress().getPort() + path))
                        .header("Authorization", "Bearer " + token)
                        .header("X-Caller", "somebody\"<b>")
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aCallReloadsAndTellsWhatChangedWithoutAnyValue() throws Exception {
        Files.writeString(file, "DEMO_LIMIT=30\n");
        HttpResponse<String> answer = call("POST", "/config/reload", FIRST);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"kind\":\"APPLIED\"", "\"changed\":[\"DEMO_LIMIT\"]")
                .contains("call of somebody??b?")
                .doesNotContain("30\"");
        assertThat(manager.current().get(LIMIT)).isEqualTo(30);
        assertThat(call("GET", "/config", FIRST).body())
                .contains("\"state\":\"VALID\"", "\"kind\":\"APPLIED\"");
    }

    @Test
    void aRefusedConfigurationIsAnsweredWithItsProblemsAndTheOldOneStays() throws Exception {
        Files.writeString(file, "DEMO_LIMIT=300\n");
        HttpResponse<String> answer = call("POST", "/config/reload", FIRST);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"kind\":\"REFUSED\"", "DEMO_LIMIT");
        assertThat(manager.current().get(LIMIT)).isEqualTo(20);
        assertThat(call("GET", "/config", FIRST).body())
                .contains("\"state\":\"CONFIG_ERROR\"", "\"key\":\"DEMO_LIMIT\"");
        Files.writeString(file, "DEMO_LIMIT=40\n");
        assertThat(call("POST", "/config/reload", FIRST).statusCode()).isEqualTo(200);
        assertThat(watcher.state()).isEqualTo(ConfigState.VALID);
    }

    @Test
    void onlyTheTokenOpensItAndARotatedOneTakesItsPlace() throws Exception {
        assertThat(call("POST", "/config/reload", "wrong").statusCode()).isEqualTo(401);
        assertThat(call("GET", "/config", "").statusCode()).isEqualTo(401);
        token(SECOND);
        HttpResponse<String> answer = call("POST", "/config/reload", FIRST);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(FIRST).doesNotContain(SECOND);
        assertThat(call("GET", "/config", FIRST).statusCode()).isEqualTo(401);
        assertThat(call("GET", "/config", SECOND).statusCode()).isEqualTo(200);
        assertThat(call("GET", "/config/other", SECOND).statusCode()).isEqualTo(404);
    }

    @Test
    void withoutATokenNobodyGetsIn() throws Exception {
        Files.delete(directory.resolve("secrets/management-token"));
        assertThat(call("POST", "/config/reload", FIRST).statusCode()).isEqualTo(200);
        assertThat(call("POST", "/config/reload", FIRST).statusCode()).isEqualTo(401);
        assertThat(call("GET", "/config", "").statusCode()).isEqualTo(401);
    }
}
