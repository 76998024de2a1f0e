package ai.netra.apex.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to the service as a client does: JSON over HTTP, the cookie kept by hand. */
final class AuthClient {

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String base;
    @Nullable String cookie;
    @Nullable String token;

    AuthClient(String base) {
        this.base = base;
    }

    record Answer(int status, Map<String, List<String>> headers, String body) {

        JsonNode json() {
            return JSON.readTree(body);
        }

        /** The text at a dotted path, or the empty string. */
        String at(String path) {
            JsonNode node = json().at("/" + path.replace('.', '/'));
            return node.isMissingNode() || node.isNull() ? "" : node.asString();
        }

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .flatMap(e -> e.getValue().stream())
                    .findFirst();
        }
    }

    Answer register(String email, String password, String name) {
        return post(
                "/auth/register",
                Map.of("email", email, "password", password, "displayName", name));
    }

    /** Signs in, and keeps the token and the cookie. */
    Answer login(String email, String password) {
        Answer answer = post("/auth/login", Map.of("email", email, "password", password));
        keep(answer);
        return answer;
    }

    /** Refreshes, and keeps the token and the cookie. */
    Answer refresh() {
        Answer answer = post("/auth/refresh", null);
        keep(answer);
        return answer;
    }

    private void keep(Answer answer) {
        if (answer.status() == 200) {
            token = answer.at("accessToken");
        }
        cookieOf(answer).ifPresent(value -> cookie = value.isEmpty() ? null : value);
    }

    /** The refresh token an answer sets. */
    static Optional<String> cookieOf(Answer answer) {
        return answer.header("Set-Cookie")
                .map(text -> HttpCookie.parse(text).getFirst().getValue());
    }

    Answer get(String path) {
        return send("GET", path, null, null, Map.of());
    }

    Answer post(String path, @Nullable Object body) {
        return send("POST", path, "application/json", json(body), Map.of());
    }

    Answer patch(String path, Object body) {
        return send("PATCH", path, "application/json", json(body), Map.of());
    }

    Answer delete(String path, @Nullable Object body) {
        return send("DELETE", path, body == null ? null : "application/json", json(body), Map.of());
    }

    Answer form(String path, String form) {
        return send("POST", path, "application/x-www-form-urlencoded", form, Map.of());
    }

    private static @Nullable String json(@Nullable Object body) {
        return body == null ? null : JSON.writeValueAsString(body);
    }

    Answer send(
            String method,
            String path,
            @Nullable String type,
            @Nullable String body,
            Map<String, String> headers) {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(60))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        var all = new LinkedHashMap<String, String>();
        if (type != null) {
            all.put("Content-Type", type);
        }
        if (token != null) {
            all.put("Authorization", "Bearer " + token);
        }
        if (cookie != null) {
            all.put("Cookie", "apex_refresh=" + cookie);
        }
        all.putAll(headers);
        all.forEach(request::header);
        try {
            HttpResponse<String> response =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
