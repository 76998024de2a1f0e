package ai.netra.apex.settings.reload;

import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.ProblemReport;
import ai.netra.apex.settings.Secret;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An administrator's way to a running configuration, for a server on loopback: {@code GET /config}
 * tells its state and its last reloads, {@code POST /config/reload} reloads it and tells what came
 * of it, with 422 when the new one is refused. Both want {@code Authorization: Bearer} with the
 * token of the service; without a token of its own the service refuses everybody. Keys are told,
 * values never. Thread-safe.
 */
public final class ConfigEndpoint implements HttpHandler {
    /** The path, and with it all below, to which a server gives this handler. */
    public static final String PATH = "/config";

    private static final String BEARER = "Bearer ";
    private static final int MAX_TRIGGER = 100;

    private final ConfigWatcher watcher;
    private final Supplier<Optional<Secret>> token;

    /**
     * The endpoint of one watched configuration.
     *
     * @param token what a caller must know, asked at each call
     */
    public ConfigEndpoint(ConfigWatcher watcher, Supplier<Optional<Secret>> token) {
        this.watcher = watcher;
        this.token = token;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            // Read to the end, so that the connection can be used again; nothing is made of it.
            exchange.getRequestBody().readNBytes(1024);
            if (!authorised(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                answer(exchange, 401, "{\"error\":\"the service's management token is needed\"}");
                return;
            }
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET " + PATH -> answer(exchange, 200, describe());
                case "POST " + PATH + "/reload" -> reload(exchange);
                default -> answer(exchange, 404, "{\"error\":\"there is no such call\"}");
            }
        }
    }

    private boolean authorised(@Nullable String header) {
        Optional<Secret> expected = token.get();
        return expected.isPresent()
                && header != null
                && header.startsWith(BEARER)
                && MessageDigest.isEqual(
                        bytes(header.substring(BEARER.length())), bytes(expected.get().reveal()));
    }

    private void reload(HttpExchange exchange) throws IOException {
        String caller = exchange.getRequestHeaders().getFirst("X-Caller");
        ConfigEvent event =
                watcher.reloadNow("call" + (caller == null ? "" : " of " + cut(caller)));
        boolean refused = event.kind() == ConfigEvent.Kind.REFUSED;
        answer(exchange, refused ? 422 : 200, describe(event));
    }

    private static String cut(String caller) {
        String plain = caller.replaceAll("[^A-Za-z0-9 ._:/-]", "?");
        return plain.substring(0, Math.min(MAX_TRIGGER, plain.length()));
    }

    private String describe() {
        AppConfig config = watcher.manager().current();
        return """
               {"service":"%s","tier":"%s","state":"%s","fingerprint":"%s","problems":%s,"reloads":%s}\
               """
                .formatted(
                        config.service(),
                        config.tier().label(),
                        watcher.state(),
                        config.fingerprint(),
                        problems(watcher.problems()),
                        watcher.history().stream()
                                .map(ConfigEndpoint::describe)
                                .collect(Collectors.joining(",", "[", "]")));
    }

    private static String describe(ConfigEvent event) {
        return """
               {"time":"%s","kind":"%s","trigger":"%s","changed":[%s],"problems":%s,"fingerprint":"%s"}\
               """
                .formatted(
                        event.time(),
                        event.kind(),
                        event.trigger(),
                        event.changedKeys().stream()
                                .map(key -> '"' + key + '"')
                                .collect(Collectors.joining(",")),
                        problems(event.problems()),
                        event.fingerprint());
    }

    private static String problems(List<ConfigProblem> problems) {
        String object = ProblemReport.json(problems);
        return object.substring(object.indexOf('['), object.length() - 1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = bytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
