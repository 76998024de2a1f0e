package ai.netra.apex.database;

import ai.netra.apex.database.admission.Gate;
import ai.netra.apex.database.admission.GateRules;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the pool's size right while the manager runs: computes it anew with every answer of the
 * primary (its {@code max_connections}, how many replicas of the application it sees), with this
 * machine's cores and with other bounds, and moves gate and pool to it.
 *
 * <p><b>Order.</b> There are never more permits than connections the pool may have, so the pool's
 * own queue is never entered. Growing: the pool first, then the gate. Shrinking: the gate first,
 * which grants nothing until enough permits are back; then, at the next answer, the pool, whose
 * surplus is idle by then. A connection that was being opened meanwhile joins the pool all the
 * same, so every answer looks for a surplus again.
 *
 * <p><b>Pace.</b> Less is followed at once: the server may be short of connections already. More is
 * followed after it was the result of several answers in a row, so that a restarting replica does
 * not shake the pools of all others. What a person asks for is followed at once.
 *
 * <p>Thread-safe.
 */
final class PoolSizer {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final int STEADY_ANSWERS = 6;

    private final LiveConfig config;
    private final IntSupplier cores;
    private final Gate gate;
    private final Pools pools;
    private final EventHub events;
    private final AtomicBoolean trimming = new AtomicBoolean();
    private volatile PoolSizing sizing;

    @GuardedBy("this")
    private int maxConnections;

    @GuardedBy("this")
    private int reserved;

    @GuardedBy("this")
    private int replicas;

    @GuardedBy("this")
    private int largerInARow;

    @GuardedBy("this")
    private boolean shrinking;

    PoolSizer(
            LiveConfig config,
            PoolSizing sizing,
            IntSupplier cores,
            Gate gate,
            Pools pools,
            EventHub events) {
        this.config = config;
        this.sizing = sizing;
        this.cores = cores;
        this.gate = gate;
        this.pools = pools;
        this.events = events;
    }

    /** The gate's numbers for a pool of {@code size}. */
    static GateRules rules(AdmissionPolicy policy, int size) {
        int share = (int) Math.floor(policy.userShare() * size);
        return new GateRules(
                size,
                Math.min(policy.reservedForCritical(), size - 1),
                Math.clamp(share, 1, policy.userMaximum()),
                policy.dryRun(),
                policy.maxWaiters(),
                policy.maxWaitersPerUser(),
                policy.ageStep().toNanos());
    }

    /** The size aimed at, and why. */
    PoolSizing sizing() {
        return sizing;
    }

    /** The primary has answered; {@code seen} replicas of the application are connected to it. */
    synchronized void learn(ServerFacts facts, int seen) {
        maxConnections = facts.maxConnections();
        reserved = facts.reserved();
        replicas = seen;
        follow(false);
        finishShrinking();
    }

    /** Bounds or rules of admission are other ones from now on. */
    synchronized void adjust() {
        int before = sizing.size();
        follow(true);
        if (sizing.size() == before) {
            gate.resize(rules(config.get().admission(), before));
        }
        finishShrinking();
    }

    @GuardedBy("this")
    private void follow(boolean atOnce) {
        PoolBounds bounds = config.get().pool();
        PoolSizing next =
                PoolSizing.compute(
                        config.get().tier(),
                        bounds,
                        cores.getAsInt(),
                        maxConnections,
                        reserved,
                        Math.max(bounds.replicas(), replicas));
        int before = sizing.size();
        if (next.size() == before) {
            largerInARow = 0;
            sizing = next;
        } else if (next.size() < before || atOnce || ++largerInARow >= STEADY_ANSWERS) {
            largerInARow = 0;
            sizing = next;
            move(before, next);
        }
    }

    @GuardedBy("this")
    private void move(int before, PoolSizing next) {
        if (next.size() > before) {
            pools.limit(Math.max(next.size(), pools.maximum()));
        }
        shrinking = true;
        gate.resize(rules(config.get().admission(), next.size()));
        LOG.info(
                "Database '{}': pool of {} instead of {}: {}",
                config.get().name(),
                next.size(),
                before,
                String.join("; ", next.reasons()));
        events.tell(
                new DatabaseEvent.PoolResized(
                        Instant.now(), config.get().name(), before, next.size(), next.reasons()));
    }

    /** Once no more permits are out than there shall be connections, the pool follows. */
    @GuardedBy("this")
    private void finishShrinking() {
        int size = sizing.size();
        if (gate.state().inUse() > size) {
            return;
        }
        if (shrinking) {
            shrinking = false;
            if (pools.maximum() > size) {
                pools.limit(size);
            }
        }
        if (pools.hasSurplus() && trimming.compareAndSet(false, true)) {
            Thread.ofVirtual().name("database-pool-trim").start(this::trim);
        }
    }

    private void trim() {
        try {
            pools.trim();
        } finally {
            trimming.set(false);
        }
    }
}
