package ai.netra.apex.database;

import java.time.Duration;

/**
 * Who gets a session when there are fewer than wanted.
 *
 * @param userShare the part of the pool one user may hold at once, from above 0 to 1
 * @param userMaximum the number of sessions one user may hold at once, whatever the share says
 * @param dryRun whether user limits are only counted, not enforced
 * @param reservedForCritical sessions that only {@link Priority#CRITICAL} work may use
 * @param maxWaiters how many may wait; further ones are rejected at once
 * @param maxWaitersPerUser how many of one user may wait
 * @param ageStep after how long a waiting request counts as one priority higher, up to {@link
 *     Priority#HIGH}; of use only while it is well below the time in the queue
 * @param adaptive whether the number of sessions in use follows measured latency (Gradient2)
 */
public record AdmissionPolicy(
        double userShare,
        int userMaximum,
        boolean dryRun,
        int reservedForCritical,
        int maxWaiters,
        int maxWaitersPerUser,
        Duration ageStep,
        boolean adaptive) {

    /** 40 % for one user, one session reserved, 1000 waiters, 1 s a step of age. */
    public static AdmissionPolicy standard() {
        return new AdmissionPolicy(
                0.4, Integer.MAX_VALUE, false, 1, 1000, 200, Duration.ofSeconds(1), false);
    }

    /** The same with another share for one user. */
    public AdmissionPolicy withUserShare(double share) {
        return new AdmissionPolicy(
                share,
                userMaximum,
                dryRun,
                reservedForCritical,
                maxWaiters,
                maxWaitersPerUser,
                ageStep,
                adaptive);
    }

    /** The same with another absolute limit for one user. */
    public AdmissionPolicy withUserMaximum(int sessions) {
        return new AdmissionPolicy(
                userShare,
                sessions,
                dryRun,
                reservedForCritical,
                maxWaiters,
                maxWaitersPerUser,
                ageStep,
                adaptive);
    }

    /** The same, with user limits counted only. */
    public AdmissionPolicy withDryRun(boolean only) {
        return new AdmissionPolicy(
                userShare,
                userMaximum,
                only,
                reservedForCritical,
                maxWaiters,
                maxWaitersPerUser,
                ageStep,
                adaptive);
    }

    /** The same with another reserve for critical work. */
    public AdmissionPolicy withReserve(int sessions) {
        return new AdmissionPolicy(
                userShare,
                userMaximum,
                dryRun,
                sessions,
                maxWaiters,
                maxWaitersPerUser,
                ageStep,
                adaptive);
    }

    /** The same with other bounds of the queue. */
    public AdmissionPolicy withWaiters(int all, int perUser) {
        return new AdmissionPolicy(
                userShare,
                userMaximum,
                dryRun,
                reservedForCritical,
                all,
                perUser,
                ageStep,
                adaptive);
    }

    /** The same with another step of age. */
    public AdmissionPolicy withAgeStep(Duration step) {
        return new AdmissionPolicy(
                userShare,
                userMaximum,
                dryRun,
                reservedForCritical,
                maxWaiters,
                maxWaitersPerUser,
                step,
                adaptive);
    }

    /** The same, following measured latency or not. */
    public AdmissionPolicy withAdaptive(boolean follow) {
        return new AdmissionPolicy(
                userShare,
                userMaximum,
                dryRun,
                reservedForCritical,
                maxWaiters,
                maxWaitersPerUser,
                ageStep,
                follow);
    }

    void check(PoolBounds pool, ProblemSink problems) {
        if (!(userShare > 0 && userShare <= 1)) {
            problems.report("admission.userShare", "is not above 0 and up to 1", "use 0.4");
        }
        if (userMaximum < 1) {
            problems.report("admission.userMaximum", "is below 1", "allow at least one session");
        }
        if (reservedForCritical < 0 || reservedForCritical >= pool.minimum()) {
            problems.report(
                    "admission.reservedForCritical",
                    "leaves nothing for everybody else in the smallest pool",
                    "use at most pool.minimum - 1");
        }
        if (maxWaiters < 0 || maxWaitersPerUser < 0 || maxWaiters > 1_000_000) {
            problems.report("admission.maxWaiters", "is not from 0 to 1,000,000", "use 1000");
        }
        if (ageStep.compareTo(Duration.ofMillis(1)) < 0
                || ageStep.compareTo(Duration.ofDays(1)) > 0) {
            problems.report("admission.ageStep", "is not between 1 ms and 1 day", "use 1 s");
        }
    }
}
