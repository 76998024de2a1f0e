package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.RunningPorts;
import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import ai.netra.apex.testing.tls.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every secret of the running system is replaced while people use it, and none of their requests
 * fails; afterwards the old ones are good for nothing. Then each secret, old and new, is looked for
 * wherever something could be read.
 */
@ExtendWith(Stage.Extension.class)
@Tag("INF-3")
class SecretRotationIT {
    private static final JsonMapper JSON = new JsonMapper();

    private final ApexSystem system;
    private final Stage stage;
    private final PortPlan ports;

    @TempDir private Path directory;

    SecretRotationIT(Stage stage) {
        this.stage = stage;
        this.system = stage.system();
        this.ports =
                RunningPorts.read(ApexHome.of(system.home(), system.home().toString()))
                        .orElseThrow();
    }

    @Test
    @Tag("CFG-7")
    void every_secret_is_replaced_under_load_and_no_request_fails() throws Exception {
        Canaries.assertEveryPlaceIsFilled(system.home());
        Person early = Person.register(system.address());
        Map<String, String> old = secrets();
        try (var load = SteadyLoad.on(system, Stage.MODEL, stage.canaries().tlsPort())) {
            awaitMore(load);
            killARotationHalfway();
            JsonNode answer = rotate("--all");
            assertThat(answer.get("rotations"))
                    .allSatisfy(
                            one -> assertThat(one.get("outcome").asString()).isEqualTo("ROTATED"));
            takeAProvidersNewKey();
            takeAnotherCertificate();
            awaitMore(load);
            assertThat(load.failures()).isEmpty();
        }
        early.expect(200, early.send("GET", "/api/threads", null));
        Map<String, String> now = secrets();
        old.forEach(
                (name, value) -> {
                    if (!name.startsWith("auth/signing-key-")) {
                        assertThat(now.get(name)).as(name).isNotEqualTo(value);
                    }
                });
        oldOnesAreGoodForNothing(old);
        Secrecy.of(system, ports).findNothingOf(Stream.of(old, now));
    }

    /** Some of everything is done from now on. */
    private static void awaitMore(SteadyLoad load) {
        Map<String, Integer> before = load.done();
        await("everything to be done")
                .atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                load.done().entrySet().stream()
                                        .allMatch(e -> e.getValue() > before.get(e.getKey()) + 1));
    }

    /** The command dies when it has begun to change over; the next one takes it up. */
    private void killARotationHalfway() throws IOException, InterruptedException {
        Process process =
                system.begin("secrets", "rotate", "backend", "database-login", "--skip-build");
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.contains("signs in as")) {
                line = lines.readLine();
            }
            assertThat(line).as("the step after which it is killed").isNotNull();
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private JsonNode rotate(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("secrets", "rotate"));
        all.addAll(List.of(words));
        all.addAll(List.of("--json", "--skip-build"));
        ApexSystem.Result result = system.apex(all.toArray(String[]::new));
        assertThat(result.code()).as(result.output()).isZero();
        return JSON.readTree(result.output().substring(result.output().indexOf('{')));
    }

    /** Keys that others issue are handed over, each in the form that its place wants. */
    private void takeAProvidersNewKey() throws IOException, InterruptedException {
        String key = "sk-canary-second-8Kq2vX";
        take("backend", "openai-api-key", key);
        await("a call with the new key")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ("Bearer " + key).equals(stage.lastAuthorization()));
        take("backend", "anthropic-api-key", "sk-ant-canary-second-5Wz0Qe");
        take("backend", "gemini-api-key", "canary-gemini-second-1Lr9Yp");
        take("backend", "openai-compatible-keys", "local=sk-canary-second-3Hc6Tn");
    }

    private void take(String service, String name, String value, String... more)
            throws IOException, InterruptedException {
        Path file = privateFile(name, value);
        List<String> words =
                new ArrayList<>(List.of(service, name, "--from-file", file.toString()));
        words.addAll(List.of(more));
        rotate(words.toArray(String[]::new));
    }

    private Path privateFile(String name, String value) throws IOException {
        Path file =
                Files.createFile(
                        directory.resolve(name),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, value + "\n");
    }

    private void takeAnotherCertificate() throws Exception {
        TestCertificate next = Canaries.newCertificate();
        Path chain = privateFile("chain", next.chainPem());
        take("edge", "tls-key", next.keyPem(), "--certificate", chain.toString());
        SSLContext trust = TestCertificate.trusting(Canaries.AUTHORITY);
        try (var socket =
                (SSLSocket)
                        trust.getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(),
                                        stage.canaries().tlsPort())) {
            socket.startHandshake();
            assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(next.certificate());
        }
    }

    private void oldOnesAreGoodForNothing(Map<String, String> old)
            throws IOException, InterruptedException {
        for (String service : List.of("backend", "auth")) {
            boolean main = service.equals("backend");
            int port = main ? ports.postgresMain() : ports.postgresAuth();
            String[] login = old.get(service + "/database-login").split(":", 2);
            String owner = main ? "apex_owner" : "apex_auth_owner";
            assertRefused(port, login[0], login[1]);
            assertRefused(port, owner, old.get(service + "/database-owner-password"));
            assertRefused(
                    port,
                    "postgres",
                    old.get((main ? "postgres-main" : "postgres-auth") + "/superuser-password"));
        }
        assertThat(redis(old.get("backend/redis-password"))).startsWith("-WRONGPASS");
        assertThat(redis(secrets().get("backend/redis-password"))).isEqualTo("+OK");
        assertThat(clickhouse(old.get("backend/clickhouse-password"))).isEqualTo(516);
        assertThat(clickhouse(secrets().get("backend/clickhouse-password"))).isZero();
        JsonNode keys =
                JSON.readTree(get(system.address().resolve("/oauth2/jwks"), "").body()).get("keys");
        assertThat(keys).as("the signing key and the one before").hasSize(2);
        assertThat(reload("auth", ports.authManagement(), old)).isEqualTo(401);
        assertThat(reload("auth", ports.authManagement(), secrets())).isEqualTo(200);
    }

    private static void assertRefused(int port, String role, String password) {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + role;
        String state = "signed in";
        try {
            DriverManager.getConnection(url, role, password).close();
        } catch (SQLException e) {
            state = e.getSQLState();
        }
        assertThat(state).as("old password of %s", role).isEqualTo("28P01");
    }

    private String redis(String password) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), ports.redis())) {
            OutputStream out = socket.getOutputStream();
            out.write(("AUTH " + password + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            return new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    /** ClickHouse's code of the error, 0 for none. */
    private int clickhouse(String password) throws IOException, InterruptedException {
        String basic =
                Base64.getEncoder()
                        .encodeToString(("default:" + password).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer =
                get(URI.create("http://127.0.0.1:" + ports.clickhouse() + "/"), "Basic " + basic);
        return answer.headers()
                .firstValue("X-ClickHouse-Exception-Code")
                .map(Integer::parseInt)
                .orElse(answer.statusCode() == 200 ? 0 : -1);
    }

    private static int reload(String service, int port, Map<String, String> secrets)
            throws IOException, InterruptedException {
        return get(
                        URI.create("http://127.0.0.1:" + port + "/config"),
                        "Bearer " + secrets.get(service + "/management-token"))
                .statusCode();
    }

    private static HttpResponse<String> get(URI uri, String authorization)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /**
     * Every secret of the installation as it is now, by {@code owner/file}; public keys left out.
     */
    private Map<String, String> secrets() throws IOException {
        Path root = system.home().resolve("secrets");
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String name = root.relativize(file).toString();
                String text = Files.readString(file).strip();
                if (!name.startsWith("public/") && !text.contains("BEGIN PUBLIC KEY")) {
                    all.put(name, text);
                }
            }
        }
        return all;
    }
}
