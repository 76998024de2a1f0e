package ai.netra.apex.resilience;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.sql.BatchUpdateException;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Puts every failure into exactly one kind and says what became of the work.
 *
 * <p>The outcome follows from three questions, in this order. Had anything begun? If not, {@link
 * Outcome#NOT_STARTED}. Did the <em>server</em> report the error? Then the statement is undone,
 * except for errors that leave a commit open ({@link SqlState#doubtfulAtCommit()}). Did the wire
 * break? Then a transaction whose COMMIT was not sent is rolled back by the server, and everything
 * else is {@link Outcome#IN_DOUBT}.
 *
 * <p>Stateless and thread-safe.
 */
public final class FailureClassifier {

    private static final int MAX_DEPTH = 32;

    private FailureClassifier() {}

    /** What {@code error} means if it happened in {@code phase}. */
    public static Failure classify(Throwable error, Phase phase) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            Failure found = byType(cause, phase);
            if (found != null) {
                return found;
            }
            cause = next(cause);
        }
        return Failure.of(
                FailureKind.UNKNOWN, lostWire(phase), false, null, error.getClass().getName());
    }

    /** A batch's own error hides the server's: that one is the next in its chain. */
    private static @Nullable Throwable next(Throwable cause) {
        if (cause instanceof BatchUpdateException batch && batch.getNextException() != null) {
            return batch.getNextException();
        }
        return cause.getCause();
    }

    private static @Nullable Failure byType(Throwable error, Phase phase) {
        if (error instanceof Classified classified) {
            return classified.failure();
        }
        if (error instanceof SQLException sql) {
            return bySql(sql, phase);
        }
        if (error instanceof IOException || error instanceof ClosedChannelException) {
            return byNetwork(error, phase);
        }
        if (error instanceof UnresolvedAddressException) {
            return of(FailureKind.CONNECTION, phase, true, "unresolved_address");
        }
        if (error instanceof TimeoutException) {
            return of(FailureKind.TIMEOUT, phase, true, "timeout");
        }
        if (error instanceof InterruptedException) {
            return of(FailureKind.TIMEOUT, phase, false, "interrupted");
        }
        if (error instanceof GeneralSecurityException) {
            return of(FailureKind.PERMISSION, phase, false, "security");
        }
        return null;
    }

    private static @Nullable Failure bySql(SQLException error, Phase phase) {
        if (error instanceof BatchUpdateException && error.getNextException() != null) {
            return null;
        }
        Failure network = networkCause(error, phase);
        String code = error.getSQLState();
        if (network != null && (code == null || code.startsWith("08"))) {
            return new Failure(
                    network.kind(),
                    network.outcome(),
                    network.transientCause(),
                    network.impact(),
                    code,
                    network.condition());
        }
        if (code != null && code.length() == 5) {
            return byState(SqlState.of(code), phase);
        }
        if (error instanceof SQLTimeoutException) {
            return of(FailureKind.TIMEOUT, phase, true, "timeout");
        }
        if (error instanceof SQLFeatureNotSupportedException
                || error instanceof SQLClientInfoException) {
            return of(FailureKind.SCHEMA, phase, false, "not_supported");
        }
        if (error instanceof java.sql.SQLTransientConnectionException) {
            return of(FailureKind.RESOURCE, phase, true, "pool_timeout");
        }
        if (error instanceof java.sql.SQLRecoverableException
                || error instanceof java.sql.SQLNonTransientConnectionException) {
            return of(FailureKind.CONNECTION, phase, true, "connection_lost");
        }
        return error.getCause() == null
                ? of(FailureKind.UNKNOWN, phase, false, "unknown_sql_error")
                : null;
    }

    private static Failure byState(SqlState state, Phase phase) {
        Outcome outcome =
                switch (phase) {
                    case ACQUIRING -> Outcome.NOT_STARTED;
                    case IN_TRANSACTION -> Outcome.ROLLED_BACK;
                    case AUTOCOMMIT, COMMITTING ->
                            state.doubtfulAtCommit() ? Outcome.IN_DOUBT : Outcome.ROLLED_BACK;
                };
        if (state.code().equals("08007")) {
            outcome = Outcome.IN_DOUBT;
        }
        return Failure.of(state.kind(), outcome, state.passing(), state.code(), state.condition());
    }

    private static @Nullable Failure networkCause(SQLException error, Phase phase) {
        Throwable cause = error.getCause();
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof IOException) {
                return byNetwork(cause, phase);
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static Failure byNetwork(Throwable error, Phase phase) {
        return switch (error) {
            case SocketTimeoutException e -> of(FailureKind.TIMEOUT, phase, true, "socket_timeout");
            case ClosedByInterruptException e ->
                    of(FailureKind.TIMEOUT, phase, false, "interrupted");
            case InterruptedIOException e -> of(FailureKind.TIMEOUT, phase, false, "interrupted");
            case ConnectException e -> of(FailureKind.CONNECTION, phase, true, "refused");
            case NoRouteToHostException e -> of(FailureKind.CONNECTION, phase, true, "no_route");
            case PortUnreachableException e -> of(FailureKind.CONNECTION, phase, true, "no_route");
            case UnknownHostException e -> of(FailureKind.CONNECTION, phase, true, "unknown_host");
            case SSLException e -> of(FailureKind.CONNECTION, phase, false, "tls");
            case EOFException e -> of(FailureKind.CONNECTION, phase, true, "closed_by_peer");
            case ClosedChannelException e -> of(FailureKind.CONNECTION, phase, true, "closed");
            default -> of(FailureKind.CONNECTION, phase, true, "network");
        };
    }

    private static Failure of(FailureKind kind, Phase phase, boolean passes, String condition) {
        return Failure.of(kind, lostWire(phase), passes, null, condition);
    }

    private static Outcome lostWire(Phase phase) {
        return switch (phase) {
            case ACQUIRING -> Outcome.NOT_STARTED;
            case IN_TRANSACTION -> Outcome.ROLLED_BACK;
            case AUTOCOMMIT, COMMITTING -> Outcome.IN_DOUBT;
        };
    }
}
