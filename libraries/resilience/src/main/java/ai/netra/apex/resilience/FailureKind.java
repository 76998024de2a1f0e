package ai.netra.apex.resilience;

/** The closed set of kinds of failure: every failure is of exactly one. */
public enum FailureKind {
    /** Concurrent transactions collided: deadlock, serialization. */
    CONFLICT(LogLevel.CRITICAL),
    /** The way to the dependency is broken, or it is down. */
    CONNECTION(LogLevel.CRITICAL),
    /** It took longer than allowed. */
    TIMEOUT(LogLevel.WARNING),
    /** Not allowed: credentials, privileges. */
    PERMISSION(LogLevel.ERROR),
    /** The statement and the schema do not fit together. */
    SCHEMA(LogLevel.ERROR),
    /** A constraint said no. */
    CONSTRAINT(LogLevel.INFO),
    /** Something ran out: connections, disk, memory, locks, slots. */
    RESOURCE(LogLevel.ERROR),
    /** We talked to a server that does not accept writes. */
    FAILOVER(LogLevel.CRITICAL),
    /** A value that does not fit its type or its function. */
    DATA(LogLevel.WARNING),
    /** None of these. */
    UNKNOWN(LogLevel.CRITICAL);

    private final LogLevel level;

    FailureKind(LogLevel level) {
        this.level = level;
    }

    /** How loudly this kind is logged. */
    public LogLevel level() {
        return level;
    }
}
