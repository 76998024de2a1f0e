package ai.netra.apex.resilience.forecast;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a resource will be used up, if it goes on as it did.
 *
 * @param resource its name
 * @param time when this was computed
 * @param level what it means
 * @param used the use the line has now; the p95 of a minute, in the resource's own unit
 * @param capacity how much there is
 * @param growthPerHour how much more is used with each hour; negative when it falls
 * @param exhaustion until it is used up; null when it does not grow, or takes longer than a year
 * @param earliest the same if growth is as high as the figures allow with 95 % probability; null as
 *     {@code exhaustion} is
 * @param latest the same if growth is as low as that; null when it may not grow at all
 * @param confidence how probable it is that it grows at all (or falls, where it falls): 0.5 to 1.
 *     Zero when there is too little to tell
 * @param accuracy how right the forecasts of an hour ahead were so far: one minus their mean
 *     absolute error as a share of the capacity; null before the first came due
 * @param minutes how many minutes this stands on
 */
public record Forecast(
        String resource,
        Instant time,
        Level level,
        double used,
        double capacity,
        double growthPerHour,
        @Nullable Duration exhaustion,
        @Nullable Duration earliest,
        @Nullable Duration latest,
        double confidence,
        @Nullable Double accuracy,
        int minutes) {

    /** What a forecast means. */
    public enum Level {
        /** Too few minutes, or none of late. */
        UNKNOWN,
        /** Nothing to do. */
        FINE,
        /** Used up within a day, and less than 40 % are free. */
        WARNING,
        /** Used up within four hours, and less than 20 % are free. */
        CRITICAL
    }

    /** The share that is free: 0 to 1. */
    public double free() {
        return capacity <= 0 ? 0 : Math.clamp(1 - used / capacity, 0, 1);
    }
}
