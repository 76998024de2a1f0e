package ai.netra.apex.backend;

import ai.netra.apex.backend.run.RunConfig;
import java.time.Duration;

/** Bounds of runs for a test: the usual ones, but for those it sets. */
final class RunBounds {

    private static final RunConfig USUAL = RunConfig.defaults();

    private int running = USUAL.maxRunning();
    private int queued = USUAL.maxQueued();
    private int perUser = 1_000;
    private Duration duration = USUAL.maxDuration();
    private int events = USUAL.maxEvents();
    private int characters = USUAL.maxAnswerCharacters();
    private Duration lease = Duration.ofSeconds(2);

    /** At once on one replica. */
    RunBounds running(int most) {
        running = most;
        return this;
    }

    /** Waiting, over all replicas. */
    RunBounds queued(int most) {
        queued = most;
        return this;
    }

    /** Open ones of one person. */
    RunBounds perUser(int most) {
        perUser = most;
        return this;
    }

    RunBounds duration(Duration longest) {
        duration = longest;
        return this;
    }

    RunBounds events(int most) {
        events = most;
        return this;
    }

    /** Of one answer. */
    RunBounds characters(int most) {
        characters = most;
        return this;
    }

    RunBounds lease(Duration length) {
        lease = length;
        return this;
    }

    RunConfig config() {
        return new RunConfig(
                running,
                queued,
                perUser,
                duration,
                USUAL.coalesce(),
                events,
                characters,
                USUAL.maxToolCharacters(),
                USUAL.maxAttempts(),
                USUAL.historyTurns(),
                USUAL.historyCharacters(),
                lease,
                Duration.ofMillis(250),
                USUAL.eventsKept(),
                Duration.ofMillis(500));
    }
}
