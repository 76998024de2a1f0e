package ai.netra.apex.database;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One network path and what is known of it. Written by its prober and by failures seen on the way;
 * read by everybody. Thread-safe.
 */
final class Route {

    /** What the server at the end of the route is. */
    enum Role {
        UNKNOWN,
        PRIMARY,
        STANDBY
    }

    /** How the route is. */
    enum Status {
        /** Not asked yet: may be tried. */
        UNKNOWN,
        /** Answers as it should. */
        USABLE,
        /** Refuses, resets, or is not there. */
        DEAD,
        /** Takes everything and answers nothing. */
        SILENT,
        /** Answers far later than the others. */
        SLOW,
        /** A primary of an epoch that is over: never written to. */
        STALE,
        /** Leads to another cluster than ours. */
        FOREIGN
    }

    /**
     * What is known, replaced as a whole.
     *
     * @param roundTripNanos moving average of a probe's round trip; 0 before the first
     */
    record Knowledge(
            Status status,
            Role role,
            @Nullable Long epoch,
            @Nullable Long system,
            long roundTripNanos,
            String detail) {}

    private static final int FAILURES_IN_A_ROW = 5;

    private final Endpoint endpoint;
    private final AtomicLong newestEpoch;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Incarnation.@Nullable Life life;
    private volatile Knowledge known =
            new Knowledge(Status.UNKNOWN, Role.UNKNOWN, null, null, 0, "not asked yet");

    /**
     * @param newestEpoch the newest epoch seen on any route; shared by all routes of a database
     */
    Route(Endpoint endpoint, AtomicLong newestEpoch) {
        this.endpoint = endpoint;
        this.newestEpoch = newestEpoch;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Knowledge known() {
        return known;
    }

    void learn(Knowledge next) {
        known = next;
        if (next.status == Status.USABLE) {
            failures.set(0);
        }
    }

    /**
     * A connection for sessions has just been opened over it and answered: better evidence than a
     * probe that came too late on a busy machine.
     */
    void proved(@Nullable Long epoch) {
        Knowledge now = known;
        boolean doubted = now.status == Status.DEAD || now.status == Status.SILENT;
        if (doubted && !over(epoch)) {
            Role role = epoch == null ? Role.STANDBY : Role.PRIMARY;
            learn(new Knowledge(Status.USABLE, role, epoch, now.system, 0, ""));
        }
    }

    /** The primary behind it said in which life it is, see {@link Incarnation}. */
    void sawLife(Incarnation.Life now) {
        life = now;
    }

    /** The life of the primary behind it that was seen last; null before the first. */
    Incarnation.@Nullable Life life() {
        return life;
    }

    /** Whether sessions may go over it now. */
    boolean usable() {
        Status status = known.status;
        return status == Status.USABLE || status == Status.UNKNOWN;
    }

    /** Whether a connection opened over it in {@code epoch} may still be lent. */
    boolean serves(@Nullable Long epoch) {
        return usable() && !over(epoch);
    }

    /** Whether {@code epoch} is over: a primary of a newer one has been seen, on any route. */
    boolean over(@Nullable Long epoch) {
        return epoch != null && epoch < newestEpoch.get();
    }

    /**
     * A connection over this route failed for a network reason.
     *
     * @return whether that was one too many in a row, so that it should be asked at once
     */
    boolean failed() {
        return failures.incrementAndGet() % FAILURES_IN_A_ROW == 1;
    }

    /** The outcome of work over this route was good: failures do not add up over days. */
    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
