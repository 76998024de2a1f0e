package ai.netra.apex.backend.run;

import java.time.Duration;

/**
 * Bounds of the run engine.
 *
 * @param maxRunning runs one replica executes at once; more wait in the queue
 * @param maxQueued runs that may wait, over all replicas; more are refused
 * @param maxOpenPerUser runs of one person that may wait or run at once
 * @param maxDuration how long one run may take
 * @param coalesce texts within this time become one event
 * @param maxEvents events one run may have
 * @param maxAnswerCharacters characters one answer may have
 * @param maxToolCharacters characters of a tool's arguments or result that are kept
 * @param maxAttempts replicas that may begin a run, one after the other, before it fails
 * @param historyTurns turns of the branch a model is told
 * @param historyCharacters characters of the branch a model is told
 * @param lease after this long without a heartbeat another replica takes the runs over
 * @param heartbeat how often the lease is renewed, open runs looked at, and Redis checked
 * @param eventsKept how long Redis keeps a run's events after the last one
 * @param drain how long running runs may go on when the replica stops
 */
public record RunConfig(
        int maxRunning,
        int maxQueued,
        int maxOpenPerUser,
        Duration maxDuration,
        Duration coalesce,
        int maxEvents,
        int maxAnswerCharacters,
        int maxToolCharacters,
        int maxAttempts,
        int historyTurns,
        int historyCharacters,
        Duration lease,
        Duration heartbeat,
        Duration eventsKept,
        Duration drain) {

    /** What applies until an operator says otherwise. */
    public static RunConfig defaults() {
        return new RunConfig(
                1_000,
                2_000,
                100,
                Duration.ofMinutes(9),
                Duration.ofMillis(25),
                30_000,
                400_000,
                8_000,
                3,
                100,
                200_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                Duration.ofSeconds(15));
    }
}
