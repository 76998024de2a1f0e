package ai.netra.apex.resilience.forecast;

import ai.netra.apex.resilience.forecast.Forecast.Level;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Watches how much of one resource is used and says when it will be used up: a line by least
 * squares through the p95 of each minute of the last six hours.
 *
 * <p>Each minute it also notes what it expects of the minute an hour later, and when that has come
 * how wrong it was: {@link Forecast#accuracy()}. A line knows no seasons, so a use that rises every
 * morning is forecast too high every morning, and the accuracy says so. Thread-safe.
 */
public final class Forecaster {

    /** What forecasts stand on where nobody says otherwise. */
    public static final Duration WINDOW = Duration.ofHours(6);

    private static final int LEAST_MINUTES = 30;
    private static final double CONFIDENT = 0.9;
    private static final double TWO_SIDED_95 = 1.96;
    private static final long AHEAD = 60;
    private static final int JUDGED = 360;
    private static final double HOURS_OF_A_YEAR = 365.0 * 24;
    private static final Duration WARN_WITHIN = Duration.ofHours(24);
    private static final double WARN_FREE = 0.4;
    private static final Duration CRITICAL_WITHIN = Duration.ofHours(4);
    private static final double CRITICAL_FREE = 0.2;

    /** What was expected of a minute, and of how much. */
    private record Expectation(long minute, double used, double capacity) {}

    private final String resource;
    private final InstantSource clock;

    @GuardedBy("this")
    private final Minutes minutes = new Minutes();

    @GuardedBy("this")
    private final Deque<Expectation> expected = new ArrayDeque<>();

    @GuardedBy("this")
    private final Deque<Double> errors = new ArrayDeque<>();

    @GuardedBy("this")
    private double capacity;

    /**
     * @param resource the name it goes by
     */
    public Forecaster(String resource, InstantSource clock) {
        this.resource = resource;
        this.clock = clock;
    }

    /**
     * Takes a sample; up to twenty a second count.
     *
     * @param used how much is used now, zero or more
     * @param of how much there is now; may change
     * @return whether a minute is over with that, so that a new forecast is worth asking for
     */
    public synchronized boolean sample(double used, double of) {
        capacity = of;
        boolean closed = minutes.add(minute(clock.instant()), used);
        if (closed) {
            judge(minutes.last());
            expect(minutes.last().number());
        }
        return closed;
    }

    /** The forecast from the last six hours. */
    public Forecast forecast() {
        return forecast(WINDOW);
    }

    /**
     * The forecast from the last {@code window}, of which a day is kept.
     *
     * @throws IllegalArgumentException when that is not positive
     */
    public synchronized Forecast forecast(Duration window) {
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("forecast from " + window + ": must be positive");
        }
        Instant now = clock.instant();
        long minute = minute(now);
        Minutes.Minute[] known = minutes.since(minute - window.toMinutes());
        if (known.length < LEAST_MINUTES) {
            double last = known.length == 0 ? 0 : known[known.length - 1].p95();
            return new Forecast(
                    resource,
                    now,
                    Level.UNKNOWN,
                    last,
                    capacity,
                    0,
                    null,
                    null,
                    null,
                    0,
                    accuracy(),
                    known.length);
        }
        Line line = line(known, minute);
        double used = Math.max(0, line.at(0));
        double confidence = line.confidence();
        double margin = TWO_SIDED_95 * line.error();
        Duration out = until(used, line.slope());
        Forecast seen =
                new Forecast(
                        resource,
                        now,
                        Level.FINE,
                        used,
                        capacity,
                        line.slope(),
                        out,
                        out == null ? null : until(used, line.slope() + margin),
                        out == null ? null : until(used, line.slope() - margin),
                        confidence,
                        accuracy(),
                        known.length);
        return withLevel(seen);
    }

    private static Forecast withLevel(Forecast f) {
        Level level = Level.FINE;
        // Where all is used already, no growth has to be shown.
        boolean certain = f.confidence() >= CONFIDENT || f.used() >= f.capacity();
        if (f.exhaustion() != null && certain) {
            if (f.exhaustion().compareTo(CRITICAL_WITHIN) <= 0 && f.free() < CRITICAL_FREE) {
                level = Level.CRITICAL;
            } else if (f.exhaustion().compareTo(WARN_WITHIN) <= 0 && f.free() < WARN_FREE) {
                level = Level.WARNING;
            }
        }
        return new Forecast(
                f.resource(),
                f.time(),
                level,
                f.used(),
                f.capacity(),
                f.growthPerHour(),
                f.exhaustion(),
                f.earliest(),
                f.latest(),
                f.confidence(),
                f.accuracy(),
                f.minutes());
    }

    /** x is hours from {@code now}, so that the line's level is the use now. */
    private static Line line(Minutes.Minute[] known, long now) {
        double[] x = new double[known.length];
        double[] y = new double[known.length];
        for (int i = 0; i < known.length; i++) {
            x[i] = (known[i].number() - now) / 60.0;
            y[i] = known[i].p95();
        }
        return Line.through(x, y);
    }

    @GuardedBy("this")
    private @Nullable Duration until(double used, double growthPerHour) {
        if (used >= capacity) {
            return Duration.ZERO;
        }
        double hours = (capacity - used) / growthPerHour;
        return growthPerHour <= 0 || hours > HOURS_OF_A_YEAR
                ? null
                : Duration.ofMillis((long) (hours * 3_600_000));
    }

    @GuardedBy("this")
    private void expect(long minute) {
        Minutes.Minute[] known = minutes.since(minute - WINDOW.toMinutes());
        if (known.length >= LEAST_MINUTES) {
            double used = line(known, minute).at(AHEAD / 60.0);
            double possible = Math.clamp(used, 0, Math.max(0, capacity));
            expected.addLast(new Expectation(minute + AHEAD, possible, capacity));
        }
    }

    @GuardedBy("this")
    private void judge(Minutes.Minute came) {
        while (!expected.isEmpty() && expected.getFirst().minute <= came.number()) {
            Expectation due = expected.removeFirst();
            if (due.minute == came.number() && due.capacity > 0) {
                errors.addLast(Math.abs(due.used - came.p95()) / due.capacity);
                if (errors.size() > JUDGED) {
                    errors.removeFirst();
                }
            }
        }
    }

    @GuardedBy("this")
    private @Nullable Double accuracy() {
        if (errors.isEmpty()) {
            return null;
        }
        double sum = 0;
        for (double error : errors) {
            sum += error;
        }
        return Math.max(0, 1 - sum / errors.size());
    }

    private static long minute(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), 60L);
    }
}
