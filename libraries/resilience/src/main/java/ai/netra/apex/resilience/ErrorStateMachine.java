package ai.netra.apex.resilience;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of each kind of trouble, to be looked at.
 *
 * <pre>
 * FINE ──error──▶ RECOVERING ──recovered, or quiet for a while──▶ FINE
 *                     │
 *                   fatal
 *                     ▼
 *           MANUAL_INTERVENTION ──a person resolves it──▶ FINE
 * </pre>
 *
 * <p>An error during manual intervention counts, but changes nothing: only a person ends it.
 * Thread-safe.
 */
public final class ErrorStateMachine {

    /** Where a kind of trouble is. */
    public enum Stage {
        FINE,
        RECOVERING,
        MANUAL_INTERVENTION
    }

    /**
     * One kind of trouble at one moment.
     *
     * @param state which kind
     * @param stage where it is
     * @param since since when
     * @param last when an error was last seen; null when never
     * @param errors how many were seen in all
     * @param detail what the last one was
     * @param action what is being done, or is to be done by a person; empty when it is fine
     */
    public record Entry(
            ErrorState state,
            Stage stage,
            Instant since,
            @Nullable Instant last,
            long errors,
            String detail,
            String action) {}

    private final Clock clock;
    private final Duration quiet;

    @GuardedBy("this")
    private final Map<ErrorState, Entry> entries = new EnumMap<>(ErrorState.class);

    /**
     * @param quiet how long without an error until trouble counts as over
     */
    public ErrorStateMachine(Clock clock, Duration quiet) {
        this.clock = clock;
        this.quiet = quiet;
        for (ErrorState state : ErrorState.values()) {
            entries.put(state, new Entry(state, Stage.FINE, clock.instant(), null, 0, "", ""));
        }
    }

    /** An error was seen; recovery is under way. */
    public synchronized void error(ErrorState state, String detail) {
        Entry now = entry(state);
        boolean person = now.stage() == Stage.MANUAL_INTERVENTION;
        boolean begins = now.stage() == Stage.FINE;
        Instant time = clock.instant();
        entries.put(
                state,
                new Entry(
                        state,
                        person ? now.stage() : Stage.RECOVERING,
                        begins ? time : now.since(),
                        time,
                        now.errors() + 1,
                        person ? now.detail() : detail,
                        person ? now.action() : state.recovery()));
    }

    /** Recovery worked; without effect while a person is needed. */
    public synchronized void recovered(ErrorState state) {
        Entry now = entry(state);
        if (now.stage() == Stage.RECOVERING) {
            fine(now);
        }
    }

    /** Recovery did not help: a person is needed. */
    public synchronized void fatal(ErrorState state, String detail) {
        Entry now = entry(state);
        Instant time = clock.instant();
        entries.put(
                state,
                new Entry(
                        state,
                        Stage.MANUAL_INTERVENTION,
                        now.stage() == Stage.MANUAL_INTERVENTION ? now.since() : time,
                        time,
                        now.errors() + 1,
                        detail,
                        state.fatal()));
    }

    /** A person has put it right. */
    public synchronized void resolve(ErrorState state) {
        fine(entry(state));
    }

    /** Every kind of trouble, in order; those quiet for long enough are fine again. */
    public synchronized List<Entry> entries() {
        Instant before = clock.instant().minus(quiet);
        for (Entry each : List.copyOf(entries.values())) {
            Instant last = each.last();
            if (each.stage() == Stage.RECOVERING && last != null && last.isBefore(before)) {
                fine(each);
            }
        }
        return List.copyOf(entries.values());
    }

    @GuardedBy("this")
    private void fine(Entry now) {
        entries.put(
                now.state(),
                new Entry(
                        now.state(),
                        Stage.FINE,
                        clock.instant(),
                        now.last(),
                        now.errors(),
                        now.detail(),
                        ""));
    }

    @GuardedBy("this")
    private Entry entry(ErrorState state) {
        Entry entry = entries.get(state);
        if (entry == null) {
            throw new IllegalStateException("no entry for " + state);
        }
        return entry;
    }
}
