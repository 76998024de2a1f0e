package ai.netra.apex.database;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The session was over before its borrower was done with it. */
public final class SessionEndedException extends SQLException implements Classified {

    private static final long serialVersionUID = 1L;

    /** Why it was over. */
    public enum Reason {
        /** The borrower itself had closed it. */
        CLOSED("08003", FailureKind.UNKNOWN, false),
        /** A statement, the transaction or the request took longer than allowed. */
        DEADLINE("57014", FailureKind.TIMEOUT, false),
        /** It lay idle for too long and counted as leaked. */
        LEAKED("08003", FailureKind.RESOURCE, false),
        /** Critical work needed the slot. */
        PREEMPTED("57014", FailureKind.RESOURCE, true),
        /** The manager was closed. */
        SHUTDOWN("57P01", FailureKind.CONNECTION, false),
        /** Its connection is lost. */
        CONNECTION_LOST("08006", FailureKind.CONNECTION, true),
        /** Its server is a primary whose epoch is over: another has been promoted. */
        STALE_PRIMARY("25006", FailureKind.FAILOVER, true);

        private final String sqlState;
        private final FailureKind kind;
        private final boolean passing;

        Reason(String sqlState, FailureKind kind, boolean passing) {
            this.sqlState = sqlState;
            this.kind = kind;
            this.passing = passing;
        }
    }

    private final Reason reason;
    private final Outcome outcome;

    public SessionEndedException(
            Reason reason, Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, reason.sqlState, cause);
        this.reason = reason;
        this.outcome = outcome;
    }

    /** Why the session was over. */
    public Reason reason() {
        return reason;
    }

    @Override
    public Failure failure() {
        return Failure.of(
                reason.kind,
                outcome,
                reason.passing,
                getSQLState(),
                "session_" + reason.name().toLowerCase(java.util.Locale.ROOT));
    }
}
