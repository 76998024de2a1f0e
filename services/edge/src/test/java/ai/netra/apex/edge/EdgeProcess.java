package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.tls.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The edge as a process of its own, with a configuration that can be changed under it. */
final class EdgeProcess implements AutoCloseable {
    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    private static final String TOKEN = "Hf7-canary-management-2Qx";

    final int port;
    final int tlsPort;
    private final int managementPort;
    private final Path directory;
    private final Map<String, String> settings = new TreeMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process process;

    private EdgeProcess(Path directory, TestReplica replica) throws IOException {
        this.directory = directory;
        port = EdgeFixture.freePort();
        tlsPort = EdgeFixture.freePort();
        managementPort = EdgeFixture.freePort();
        Files.createDirectory(
                directory.resolve("secrets"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        settings.put("EDGE_PORT", Integer.toString(port));
        settings.put("EDGE_TLS_PORT", Integer.toString(tlsPort));
        settings.put("EDGE_MANAGEMENT_PORT", Integer.toString(managementPort));
        settings.put("EDGE_TLS_CERTIFICATE", directory.resolve("certificate.pem").toString());
        settings.put("EDGE_TLS_REDIRECT", "false");
        settings.put("EDGE_PROBE_INTERVAL", "100ms");
        for (String service : new String[] {"FRONTEND", "BACKEND", "AUTH"}) {
            settings.put("EDGE_" + service + "_URLS", replica.uri().toString());
        }
    }

    /** In front of {@code replica}, with {@code certificate}, and ready. */
    static EdgeProcess start(Path directory, TestReplica replica, TestCertificate certificate)
            throws IOException {
        var edge = new EdgeProcess(directory, replica);
        edge.secret("management-token", TOKEN);
        edge.certificate(certificate.chainPem());
        edge.secret("tls-key", certificate.keyPem());
        edge.write();
        edge.process = edge.run();
        await().ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> edge.health().startsWith("{\"status\":\"up\""));
        return edge;
    }

    private Process run() throws IOException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Edge.class.getName(),
                                "--config",
                                directory.resolve("edge.conf").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("out").toFile());
        builder.environment().put("APEX_TIER", "test");
        builder.environment().put("EDGE_SECRETS_DIR", directory.resolve("secrets").toString());
        return builder.start();
    }

    /** Changes the file, and tells nobody. */
    void set(String key, String value) {
        settings.put(key, value);
        write();
    }

    void unset(String key) {
        settings.remove(key);
        write();
    }

    private void write() {
        replace(
                directory.resolve("edge.conf"),
                settings.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    void certificate(String pem) {
        replace(directory.resolve("certificate.pem"), pem);
    }

    void secret(String name, String value) {
        replace(directory.resolve("secrets").resolve(name), value);
    }

    private static void replace(Path file, String text) {
        try {
            Path beside = file.resolveSibling("." + file.getFileName() + ".new");
            Files.deleteIfExists(beside);
            Files.createFile(
                    beside,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(beside, text);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it reload, and returns what it says. */
    HttpResponse<String> reload() {
        return send(administrator("/config/reload").POST(BodyPublishers.noBody()).build());
    }

    /** Has it reload, which must go well, and returns when it has. */
    void take() {
        HttpResponse<String> answer = reload();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** The administrator's view: state and last reloads. */
    String configuration() {
        return send(administrator("/config").build()).body();
    }

    String metrics() {
        return send(administrator("/metrics").build()).body();
    }

    private HttpRequest.Builder administrator(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .header("Authorization", "Bearer " + TOKEN);
    }

    void hangUp() throws IOException, InterruptedException {
        assertThat(
                        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                                .start()
                                .waitFor())
                .isZero();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
    }

    HttpClient http() {
        return http;
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String get(String path) {
        return send(request(path).build()).body();
    }

    /** Posts so many bytes and returns the status. */
    int post(int bytes) {
        return send(request("/api/echo").POST(BodyPublishers.ofByteArray(new byte[bytes])).build())
                .statusCode();
    }

    String health() {
        return get("/health");
    }

    String output() {
        try {
            return Files.readString(directory.resolve("out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroyForcibly().onExit().join();
    }
}
