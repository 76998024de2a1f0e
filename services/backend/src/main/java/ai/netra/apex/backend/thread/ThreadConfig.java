package ai.netra.apex.backend.thread;

import java.time.Duration;

/**
 * How threads are kept.
 *
 * @param undoWindow how long a deleted thread can be had back
 * @param purgeInterval how often threads past that are removed for good
 */
public record ThreadConfig(Duration undoWindow, Duration purgeInterval) {

    public static ThreadConfig defaults() {
        return new ThreadConfig(Duration.ofMinutes(10), Duration.ofMinutes(1));
    }
}
