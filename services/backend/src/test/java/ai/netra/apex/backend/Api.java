package ai.netra.apex.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One person's use of one backend over HTTP. */
final class Api {

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;
    private final String token;

    Api(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /** A new person. */
    static Api person(int port) {
        return new Api(port, Parts.auth().token(UUID.randomUUID()));
    }

    /** The same person at another backend. */
    Api at(int otherPort) {
        return new Api(otherPort, token);
    }

    String token() {
        return token;
    }

    int port() {
        return port;
    }

    record Answer(int status, JsonNode body, HttpResponse<String> response) {
        String code() {
            return body.path("code").asString("");
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, Object body) {
        return send(withBody("POST", path, JSON.writeValueAsString(body)));
    }

    Answer patch(String path, Object body) {
        return send(withBody("PATCH", path, JSON.writeValueAsString(body)));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer postRaw(String path, byte[] body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /** A new thread's id. */
    String thread() {
        return post("/api/threads", Map.of()).body().path("id").asString();
    }

    Answer say(String threadId, String clientMessageId, String content) {
        return post(
                "/api/threads/" + threadId + "/messages",
                Map.of("clientMessageId", clientMessageId, "content", content));
    }

    /** Says something and returns the run's id. */
    String ask(String threadId, String content) {
        Answer answer = say(threadId, UUID.randomUUID().toString(), content);
        if (answer.status() != 202) {
            throw new AssertionError("not accepted: " + answer.body());
        }
        return answer.body().path("runId").asString();
    }

    JsonNode messages(String threadId) {
        return get("/api/threads/" + threadId + "/messages").body().path("items");
    }

    String runState(String runId) {
        return get("/api/runs/" + runId).body().path("state").asString("");
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(
                            request.build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            String body = response.body();
            return new Answer(
                    response.statusCode(),
                    body.isEmpty() || !body.startsWith("{")
                            ? JSON.createObjectNode()
                            : JSON.readTree(body),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder withBody(String method, String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }
}
