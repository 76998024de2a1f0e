package ai.netra.apex.database;

import java.time.Duration;

/**
 * How long things may take. Each is bounded by the request's own deadline, which may only be
 * shorter.
 *
 * @param statement one statement
 * @param transaction one transaction, from its first statement to its end
 * @param queueWait in the queue for a session
 * @param connect one attempt to connect
 * @param cancelGrace from asking the server to cancel to cutting the connection
 * @param leak how long a session may lie idle in a borrower's hands before it is taken back
 */
public record TimeLimits(
        Duration statement,
        Duration transaction,
        Duration queueWait,
        Duration connect,
        Duration cancelGrace,
        Duration leak) {

    /** Limits of a tier: 30 s a statement, 60 s a transaction, 5 s in the queue. */
    public static TimeLimits forTier(Tier tier) {
        return new TimeLimits(
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                tier.connectTimeout(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
    }

    /** The same with another limit for statements. */
    public TimeLimits withStatement(Duration other) {
        return new TimeLimits(other, transaction, queueWait, connect, cancelGrace, leak);
    }

    /** The same with another limit for transactions. */
    public TimeLimits withTransaction(Duration other) {
        return new TimeLimits(statement, other, queueWait, connect, cancelGrace, leak);
    }

    /** The same with another limit for waiting in the queue. */
    public TimeLimits withQueueWait(Duration other) {
        return new TimeLimits(statement, transaction, other, connect, cancelGrace, leak);
    }

    /** The same with another limit for one attempt to connect. */
    public TimeLimits withConnect(Duration other) {
        return new TimeLimits(statement, transaction, queueWait, other, cancelGrace, leak);
    }

    /** The same with another grace between cancelling and cutting. */
    public TimeLimits withCancelGrace(Duration other) {
        return new TimeLimits(statement, transaction, queueWait, connect, other, leak);
    }

    /** The same with another threshold of leaks. */
    public TimeLimits withLeak(Duration other) {
        return new TimeLimits(statement, transaction, queueWait, connect, cancelGrace, other);
    }

    void check(ProblemSink problems) {
        positive("limits.statement", statement, problems);
        positive("limits.transaction", transaction, problems);
        positive("limits.queueWait", queueWait, problems);
        positive("limits.connect", connect, problems);
        positive("limits.cancelGrace", cancelGrace, problems);
        positive("limits.leak", leak, problems);
        if (statement.compareTo(transaction) > 0) {
            problems.report(
                    "limits.statement",
                    "is longer than a whole transaction may take",
                    "make it at most limits.transaction");
        }
    }

    private static void positive(String field, Duration value, ProblemSink problems) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
            problems.report(field, "is not between 1 ms and 1 day", "give a positive duration");
        }
    }
}
