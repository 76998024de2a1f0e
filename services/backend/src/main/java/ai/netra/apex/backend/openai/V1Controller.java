package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.apikey.ApiKeys;
import ai.netra.apex.backend.guide.Guide;
import ai.netra.apex.backend.model.CallContext;
import ai.netra.apex.backend.model.CallRecord;
import ai.netra.apex.backend.model.Cancellation;
import ai.netra.apex.backend.model.ChatListener;
import ai.netra.apex.backend.model.ChatReply;
import ai.netra.apex.backend.model.Model;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.ModelException;
import ai.netra.apex.backend.model.ModelGateway;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.database.RequestContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1}. Writes its answers itself, so that every one, also an error, has OpenAI's shape. No
 * database session is open while a model is asked.
 */
@RestController
final class V1Controller {

    private static final Logger LOG = LoggerFactory.getLogger(V1Controller.class);
    private static final String BEARER = "Bearer ";
    private static final String MODELS = "/v1/models/";
    private static final Duration KEY_LOOKUP = Duration.ofSeconds(5);

    private final V1Config config;
    private final ApiKeys keys;
    private final ModelCatalog catalog;
    private final ModelGateway gateway;
    private final Guide guide;
    private final CallRecord.Observer observer;
    private final Map<UUID, Integer> underWay = new ConcurrentHashMap<>();

    V1Controller(
            V1Config config,
            ApiKeys keys,
            ModelCatalog catalog,
            ModelGateway gateway,
            Guide guide,
            CallRecord.Observer observer) {
        this.config = config;
        this.keys = keys;
        this.catalog = catalog;
        this.gateway = gateway;
        this.guide = guide;
        this.observer = observer;
    }

    @GetMapping("/v1/models")
    void models(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(
                request,
                response,
                user -> {
                    ObjectNode root = JsonMapper.shared().createObjectNode().put("object", "list");
                    ArrayNode data = root.putArray("data");
                    catalog.models().stream()
                            .filter(Model::available)
                            .forEach(model -> data.add(describe(model)));
                    write(response, 200, root);
                });
    }

    @GetMapping("/v1/models/**")
    void model(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(
                request,
                response,
                user -> {
                    String raw = request.getRequestURI().substring(MODELS.length());
                    String id = UriUtils.decode(raw, StandardCharsets.UTF_8);
                    Model model =
                            catalog.models().stream()
                                    .filter(m -> m.id().equals(id))
                                    .findFirst()
                                    .orElseThrow(() -> V1Exception.noSuchModel(id));
                    write(response, 200, describe(model));
                });
    }

    @PostMapping("/v1/chat/completions")
    void complete(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(
                request,
                response,
                user -> {
                    V1Request wanted = V1Request.parse(request.getInputStream().readAllBytes());
                    if (!catalog.offers(wanted.chat().model())) {
                        throw V1Exception.noSuchModel(wanted.chat().model());
                    }
                    enter(user);
                    try {
                        complete(user, wanted, response);
                    } finally {
                        underWay.computeIfPresent(user, (id, n) -> n > 1 ? n - 1 : null);
                    }
                });
    }

    /** Everything else under {@code /v1}. */
    @RequestMapping("/v1/**")
    void unknown(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(
                request,
                response,
                user -> {
                    throw new V1Exception(
                            404,
                            "invalid_request_error",
                            "unknown_url",
                            null,
                            "Unknown request URL: "
                                    + request.getMethod()
                                    + " "
                                    + request.getRequestURI()
                                    + ". There are /v1/models and /v1/chat/completions here.",
                            null);
                });
    }

    private void enter(UUID user) throws V1Exception {
        int now = underWay.merge(user, 1, Integer::sum);
        if (now > config.perPerson()) {
            underWay.computeIfPresent(user, (id, n) -> n > 1 ? n - 1 : null);
            throw new V1Exception(
                    429,
                    "requests",
                    "rate_limit_exceeded",
                    null,
                    "You have "
                            + config.perPerson()
                            + " calls under way, which is the limit. Wait for one to end.",
                    Duration.ofSeconds(1));
        }
    }

    private void complete(UUID user, V1Request wanted, HttpServletResponse response)
            throws IOException, V1Exception {
        var cancellation = new Cancellation();
        Instant now = Instant.now();
        var context =
                new CallContext(user, null, null, "api", now.plus(config.limit()), cancellation);
        var completion = Completion.of(wanted.chat().model(), now.getEpochSecond());
        if (!wanted.stream()) {
            ChatReply reply = ask(wanted, piece -> {}, context);
            write(response, 200, completion.whole(reply));
            return;
        }
        try (var stream = new V1Stream(response, completion, cancellation, config.beat())) {
            try {
                stream.end(ask(wanted, stream, context), wanted.includeUsage());
            } catch (V1Exception e) {
                if (!stream.begun()) {
                    throw e;
                }
                stream.fail(e);
            }
        }
    }

    private ChatReply ask(V1Request wanted, ChatListener listener, CallContext context)
            throws V1Exception {
        if (wanted.chat().model().equals(ModelsConfig.GUIDE)) {
            return GuideCall.ask(guide, wanted.chat(), listener, context, observer);
        }
        try {
            return gateway.chat(wanted.chat(), listener, context);
        } catch (ModelException e) {
            throw V1Exception.of(e);
        }
    }

    /** What one call does for the person whose key came with it. */
    private interface Action {
        void run(UUID user) throws IOException, V1Exception;
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, Action action)
            throws IOException {
        try {
            action.run(user(request));
        } catch (V1Exception e) {
            error(response, e);
        }
    }

    private UUID user(HttpServletRequest request) throws V1Exception {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw V1Exception.wrongKey(
                    "You didn't provide an API key. Send it as Authorization: Bearer apex_…; keys"
                            + " are made in the settings page.");
        }
        String key = header.substring(BEARER.length()).strip();
        UUID owner;
        try {
            owner =
                    RequestContext.of(null, "api key")
                            .within(KEY_LOOKUP)
                            .<@Nullable UUID, RuntimeException>call(() -> keys.owner(key));
        } catch (RuntimeException e) {
            LOG.warn("An API key could not be looked up: {}", e.getMessage());
            throw new V1Exception(
                    503,
                    "server_error",
                    "unavailable",
                    null,
                    "Keys cannot be looked up right now. Try again in a moment.",
                    Duration.ofSeconds(2));
        }
        if (owner == null) {
            throw V1Exception.wrongKey("Incorrect API key provided.");
        }
        return owner;
    }

    private static ObjectNode describe(Model model) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("id", model.id())
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", model.provider());
    }

    private static void error(HttpServletResponse response, V1Exception e) throws IOException {
        Duration retryAfter = e.retryAfter();
        if (retryAfter != null) {
            long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
            response.setHeader("Retry-After", String.valueOf(seconds));
        }
        if (e.status() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        write(response, e.status(), e.body());
    }

    private static void write(HttpServletResponse response, int status, JsonNode body)
            throws IOException {
        byte[] bytes = JsonMapper.shared().writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
