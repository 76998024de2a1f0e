package ai.netra.apex.testing.system;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Somebody with an account who uses the system over HTTP, as the browser would. Thread-safe but for
 * {@link #refresh()}.
 */
public final class Person {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final URI address;
    private final String email;
    private final String password;
    private final HttpClient http;
    private volatile String token = "";

    private Person(URI address, String email, String password) {
        this.address = address;
        this.email = email;
        this.password = password;
        this.http =
                HttpClient.newBuilder()
                        .cookieHandler(new CookieManager())
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    /** Registers a new account at {@code address} and signs in. */
    public static Person register(URI address) throws IOException, InterruptedException {
        var person =
                new Person(
                        address,
                        "person-" + UUID.randomUUID() + "@example.com",
                        "correct horse " + UUID.randomUUID());
        person.expect(
                201,
                person.send(
                        "POST",
                        "/auth/register",
                        Map.of(
                                "email",
                                person.email,
                                "password",
                                person.password,
                                "displayName",
                                "Test Person")));
        person.signIn();
        return person;
    }

    /** The same person, signed in where the system is now. */
    public Person signedInAt(URI other) throws IOException, InterruptedException {
        var person = new Person(other, email, password);
        person.signIn();
        return person;
    }

    private void signIn() throws IOException, InterruptedException {
        token =
                expect(
                                200,
                                send(
                                        "POST",
                                        "/auth/login",
                                        Map.of("email", email, "password", password)))
                        .get("accessToken")
                        .asString();
    }

    /** The access token of now. */
    public String token() {
        return token;
    }

    public URI address() {
        return address;
    }

    /** Gets a new access token for the refresh cookie. */
    public void refresh() throws IOException, InterruptedException {
        token = expect(200, send("POST", "/auth/refresh", Map.of())).get("accessToken").asString();
    }

    /** A new thread; returns its id. */
    public String newThread() throws IOException, InterruptedException {
        return expect(201, send("POST", "/api/threads", Map.of())).get("id").asString();
    }

    /** Sends a message and returns what was answered with 202. */
    public JsonNode ask(String thread, String clientMessageId, String content, String model)
            throws IOException, InterruptedException {
        return expect(
                202,
                send(
                        "POST",
                        "/api/threads/" + thread + "/messages",
                        Map.of(
                                "clientMessageId", clientMessageId,
                                "content", content,
                                "model", model)));
    }

    /** The messages of a thread, newest first. */
    public JsonNode messages(String thread) throws IOException, InterruptedException {
        return expect(200, send("GET", "/api/threads/" + thread + "/messages?limit=200", null))
                .get("items");
    }

    /** Any call; {@code body} null sends none. */
    public HttpResponse<String> send(
            String method, String path, @org.jspecify.annotations.Nullable Object body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(address.resolve(path))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .header("Origin", address.toString())
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(
                                                JSON.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The body of an answer that must have {@code status}. */
    public JsonNode expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new AssertionError(
                    "%s answered %d, not %d: %s"
                            .formatted(
                                    answer.request().uri(),
                                    answer.statusCode(),
                                    status,
                                    answer.body()));
        }
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }
}
