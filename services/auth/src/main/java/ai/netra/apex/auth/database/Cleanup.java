package ai.netra.apex.auth.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has expired, table by table, in batches small enough that nobody waits for them.
 * Several processes may do it at once. Thread-safe.
 */
public final class Cleanup implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

    /** Ended sessions stay for a while: a replay of their tokens is still recognised. */
    private static final Duration ENDED_SESSIONS = Duration.ofDays(1);

    /** Longer than any access token lives, with room for a reader that was away. */
    private static final Duration REVOCATIONS = Duration.ofHours(2);

    private record Rule(String table, String key, String expired, Duration grace) {
        String sql() {
            // Only constants of this class are put together here.
            return "delete from %1$s where %2$s in (select %2$s from %1$s where %3$s limit :batch)"
                    .formatted(table, key, expired);
        }
    }

    private final AuthDatabaseManager database;
    private final CleanupConfig config;
    private final Clock clock;
    private final List<Rule> rules;
    private final Thread thread;

    private Cleanup(AuthDatabaseManager database, CleanupConfig config, Clock clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
        this.rules =
                List.of(
                        new Rule("session", "id", "expires_at < :before", ENDED_SESSIONS),
                        new Rule("session", "id", "revoked_at < :before", ENDED_SESSIONS),
                        new Rule("revocation", "sequence", "revoked_at < :before", REVOCATIONS),
                        new Rule("revoked_token", "jti", "expires_at < :before", Duration.ZERO),
                        new Rule(
                                "used_assertion",
                                "jti_hash",
                                "expires_at < :before",
                                Duration.ofMinutes(5)),
                        new Rule(
                                "login_guard",
                                "subject",
                                "window_ends_at < :before",
                                Duration.ZERO),
                        new Rule("rate_limit", "subject", "arrival < :millis", Duration.ZERO),
                        new Rule(
                                "auth_event",
                                "id",
                                "occurred_at < :before",
                                config.auditRetention()));
        this.thread = Thread.ofVirtual().name("cleanup").unstarted(this::loop);
    }

    /** Begins to clean up, every interval. */
    public static Cleanup start(AuthDatabaseManager database, CleanupConfig config, Clock clock) {
        var cleanup = new Cleanup(database, config, clock);
        cleanup.thread.start();
        return cleanup;
    }

    private void loop() {
        try {
            while (true) {
                Thread.sleep(config.interval());
                quietly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void quietly() {
        try {
            Map<String, Integer> deleted = run();
            if (!deleted.isEmpty()) {
                log.info("Deleted what had expired: {}", deleted);
            }
        } catch (RuntimeException e) {
            log.warn("What has expired could not be deleted: {}", e.getMessage());
        }
    }

    /** One round; how many rows went from each table that had any. */
    public Map<String, Integer> run() {
        Map<String, Integer> deleted = new LinkedHashMap<>();
        for (Rule rule : rules) {
            int rows = all(rule);
            if (rows > 0) {
                deleted.merge(rule.table(), rows, Integer::sum);
            }
        }
        return deleted;
    }

    private int all(Rule rule) {
        Instant before = clock.instant().minus(rule.grace());
        int total = 0;
        int rows;
        do {
            rows = batch(rule, before);
            total += rows;
        } while (rows == config.batch() && !Thread.currentThread().isInterrupted());
        return total;
    }

    private int batch(Rule rule, Instant before) {
        return database.maintain(
                "cleanup",
                tx -> {
                    var statement = tx.sql(rule.sql()).param("batch", config.batch());
                    return rule.expired().contains(":millis")
                            ? statement.param("millis", before.toEpochMilli()).update()
                            : statement.param("before", tx.time(before)).update();
                });
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
