package ai.netra.apex.edge;

import static org.awaitility.Awaitility.await;

import ai.netra.apex.edge.EdgeConfig.Upstreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A running edge in front of given replicas, and ways to talk to it. */
final class EdgeFixture implements AutoCloseable {
    static {
        // A busy machine takes its time; what is waited for is not how fast it is.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    final EdgeServer edge;
    final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private EdgeFixture(EdgeServer edge) {
        this.edge = edge;
    }

    /** Every route to {@code replicas}. */
    static EdgeFixture inFrontOf(UnaryOperator<EdgeConfig> more, TestReplica... replicas) {
        List<URI> uris = List.of(replicas).stream().map(TestReplica::uri).toList();
        return inFrontOf(more, uris, uris, uris);
    }

    static EdgeFixture inFrontOf(
            UnaryOperator<EdgeConfig> more, List<URI> frontend, List<URI> backend, List<URI> auth) {
        var upstreams =
                new Upstreams(
                        frontend,
                        backend,
                        auth,
                        Upstreams.HEALTH,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(2));
        try {
            return new EdgeFixture(EdgeServer.start(more.apply(EdgeConfig.loopback(upstreams))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + edge.port() + path);
    }

    URI socketUri(String path) {
        return URI.create("ws://127.0.0.1:" + edge.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
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

    /**
     * Sends bytes as they are and returns what came back until the connection was closed, be it
     * while we were still sending.
     */
    String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException e) {
                return readAll(socket) + "[" + e.getMessage() + "]";
            }
            return readAll(socket);
        }
    }

    Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    static String readAll(Socket socket) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(bytes);
        } catch (SocketException e) {
            bytes.writeBytes(("[" + e.getMessage() + "]").getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Waits until the edge has found every replica of every service ready. */
    EdgeFixture awaitAllReady() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get("/health").body().startsWith("{\"status\":\"up\""));
        return this;
    }

    String metrics() {
        return send(HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:" + edge.managementPort() + "/metrics"))
                        .build())
                .body();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        edge.close();
    }
}
