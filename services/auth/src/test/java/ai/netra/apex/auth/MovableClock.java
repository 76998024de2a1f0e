package ai.netra.apex.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A clock that runs, can be moved ahead, and can be made to stand still. Thread-safe. */
final class MovableClock extends Clock {

    private final InstantSource base = InstantSource.system();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    private volatile @Nullable Instant frozen;

    void advance(Duration time) {
        ahead.updateAndGet(old -> old.plus(time));
    }

    /** Runs {@code action} while no time passes. */
    void standingStill(Action action) throws Exception {
        frozen = instant();
        try {
            action.run();
        } finally {
            frozen = null;
        }
    }

    /** Something that may fail. */
    interface Action {
        void run() throws Exception;
    }

    @Override
    public Instant instant() {
        Instant still = frozen;
        return still == null ? base.instant().plus(ahead.get()) : still;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
