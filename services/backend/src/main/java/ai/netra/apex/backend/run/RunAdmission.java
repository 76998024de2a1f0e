package ai.netra.apex.backend.run;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Permission to make one run: {@link #insert} within the transaction that accepts the message, then
 * {@link #accepted} after its commit. Closed without that, it gives its place back.
 *
 * <p>Not thread-safe.
 */
public final class RunAdmission implements AutoCloseable {

    private static final Duration USER_WAIT = Duration.ofSeconds(5);
    private static final Duration QUEUE_WAIT = Duration.ofSeconds(10);

    private final RunStore store;
    private final RunEngine engine;
    private final RunConfig config;
    private final RunCounters counters;
    private final boolean here;
    private @Nullable OpenRun run;
    private boolean over;

    RunAdmission(RunStore store, RunEngine engine, RunConfig config, RunCounters counters) {
        this.store = store;
        this.engine = engine;
        this.config = config;
        this.counters = counters;
        this.here = engine.reserve();
    }

    /**
     * Checks the bounds; called first in the transaction.
     *
     * @throws ApiException 429 when the person has too many open runs, 503 when too many wait
     */
    public void check(JdbcClient jdbc, UUID userId) {
        if (RunStore.openOf(jdbc, userId, config.maxOpenPerUser()) >= config.maxOpenPerUser()) {
            counters.refused();
            throw ApiException.retryAfter(
                    ErrorCode.RATE_LIMITED,
                    "You have %d answers under way, which is the limit. Wait for one to end, or stop one."
                            .formatted(config.maxOpenPerUser()),
                    USER_WAIT);
        }
        if (!here && RunStore.queued(jdbc, config.maxQueued()) >= config.maxQueued()) {
            counters.refused();
            throw ApiException.retryAfter(
                    ErrorCode.OVERLOADED,
                    "Too many answers wait already. Your message was not accepted: send it again.",
                    QUEUE_WAIT);
        }
    }

    /** Adds the run within the transaction of {@code jdbc}. */
    public void insert(JdbcClient jdbc, NewRun made) {
        int number = here ? 1 : 0;
        var open =
                new OpenRun(
                        made.id(),
                        made.threadId(),
                        made.userId(),
                        made.questionId(),
                        made.answerId(),
                        made.model(),
                        number,
                        number);
        store.insert(jdbc, open, here);
        run = open;
    }

    /** The transaction has committed: the run begins, here or where there is a place. */
    public void accepted() {
        OpenRun made = run;
        if (made == null || over) {
            throw new IllegalStateException("no run was inserted, or the admission is over");
        }
        over = true;
        if (here) {
            engine.execute(made);
        }
    }

    /** Gives the place back, unless the run was accepted. */
    @Override
    public void close() {
        if (!over) {
            over = true;
            if (here) {
                engine.unreserve();
            }
        }
    }
}
