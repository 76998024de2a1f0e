package ai.netra.apex.backend.account;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What auth says of sign-ins: a token seen for the first time is asked about, and the feed of
 * revocations is followed. While auth is away both are as fresh as they were, and tokens that
 * verify here are believed.
 *
 * <p>Thread-safe.
 */
final class Sessions implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    /** Longer than any access token lasts; after that the entry is of no use. */
    private static final Duration REMEMBERED = Duration.ofMinutes(30);

    private static final int MAX_REVOKED = 100_000;
    private static final int MAX_PAGES = 100;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final @Nullable AuthClient auth;
    private final JsonMapper json;
    private final Clock clock;
    private final Map<String, Instant> revoked = new ConcurrentHashMap<>();
    private final @Nullable Thread follower;
    private volatile @Nullable String cursor;
    private volatile Instant askAgainAt = Instant.MIN;
    private volatile String state = "not asked yet";
    private volatile boolean reachable = true;

    Sessions(@Nullable AuthClient auth, Duration poll, JsonMapper json, Clock clock) {
        this.auth = auth;
        this.json = json;
        this.clock = clock;
        this.follower =
                auth == null
                        ? null
                        : Thread.ofVirtual().name("revocations").start(() -> follow(poll));
    }

    boolean isRevoked(String sessionId) {
        return revoked.containsKey(sessionId);
    }

    boolean reachable() {
        return reachable;
    }

    /** How the feed does; for operators. */
    String state() {
        return state;
    }

    /**
     * Asks auth whether the session of a token that verified lasts.
     *
     * @throws TokenException when auth says it does not
     */
    void check(Caller caller, String token) throws TokenException {
        AuthClient client = auth;
        if (client == null || clock.instant().isBefore(askAgainAt)) {
            return;
        }
        try {
            JsonNode answer =
                    json.readTree(
                            client.post(
                                    "/auth/validate",
                                    json.writeValueAsString(Map.of("token", token))));
            if (answer.has("active") && !answer.path("active").asBoolean()) {
                revoked.put(caller.sessionId(), clock.instant());
                throw Tokens.revoked();
            }
        } catch (IOException | JacksonException e) {
            // Nobody waits for an auth that is away: for a while it is not asked again.
            askAgainAt = clock.instant().plus(PAUSE);
            log.warn("auth could not be asked about a session: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The JDK's client gives no message with a refused connection. */
    private static String reason(Exception e) {
        return e.getMessage() == null ? "auth cannot be reached" : e.getMessage();
    }

    private void follow(Duration poll) {
        try {
            while (true) {
                try {
                    read();
                    reachable = true;
                    state = "";
                } catch (IOException | JacksonException e) {
                    if (reachable) {
                        log.warn("revocations could not be read: {}", reason(e));
                    }
                    reachable = false;
                    state = "revocations are not followed: " + reason(e);
                }
                forget();
                Thread.sleep(poll);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() throws IOException, InterruptedException {
        AuthClient client = auth;
        if (client == null) {
            return;
        }
        for (int page = 0; page < MAX_PAGES; page++) {
            String since = cursor;
            String query =
                    since == null
                            ? ""
                            : "?since=" + URLEncoder.encode(since, StandardCharsets.UTF_8);
            JsonNode answer = json.readTree(client.get("/auth/revocations" + query));
            JsonNode items = answer.path("items");
            for (JsonNode item : items) {
                String sessionId = item.path("sessionId").asString("");
                if (!sessionId.isEmpty() && revoked.size() < MAX_REVOKED) {
                    revoked.put(sessionId, clock.instant());
                }
            }
            String next = answer.path("nextCursor").asString("");
            if (!next.isEmpty()) {
                cursor = next;
            }
            if (items.isEmpty() || next.isEmpty() || next.equals(since)) {
                return;
            }
        }
    }

    private void forget() {
        Instant before = clock.instant().minus(REMEMBERED);
        revoked.values().removeIf(at -> at.isBefore(before));
    }

    @Override
    public void close() {
        if (follower != null) {
            follower.interrupt();
        }
    }
}
