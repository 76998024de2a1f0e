package ai.netra.apex.database;

import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Phase;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/**
 * Which failures to connect waiting does not change.
 *
 * <p>The server's: a role or password it refuses, a database it does not have. Of one route that is
 * said of the database, whatever the others say.
 *
 * <p>The driver's own, which it says without the network having failed: a server without TLS, a
 * certificate that proves nothing, a class or a file that is not there, a value it cannot read.
 * They are final when every route has one: another server may have what this one lacks.
 */
final class FinalRefusal {

    /** The driver's word for a connection that has broken before. */
    private static final String CLOSED = "08003";

    private FinalRefusal() {}

    /**
     * @param error of the first route; those of the others suppressed
     */
    static boolean is(SQLException error) {
        if (ofTheDatabase(error)) {
            return true;
        }
        Throwable[] others = error.getSuppressed();
        return Arrays.stream(others).anyMatch(FinalRefusal::ofTheDatabase)
                || (ofTheDriver(error)
                        && Arrays.stream(others).allMatch(FinalRefusal::ofTheDriver));
    }

    private static boolean ofTheDatabase(Throwable error) {
        FailureKind kind = FailureClassifier.classify(error, Phase.ACQUIRING).kind();
        return kind == FailureKind.PERMISSION || kind == FailureKind.SCHEMA;
    }

    private static boolean ofTheDriver(Throwable error) {
        if (!(error instanceof PSQLException said)
                || said.getServerErrorMessage() != null
                || CLOSED.equals(said.getSQLState())) {
            return false;
        }
        for (Throwable cause = said.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException
                    || cause instanceof FileNotFoundException
                    || cause instanceof NoSuchFileException) {
                return true;
            }
            if (cause instanceof IOException && !(cause instanceof SSLException)) {
                return false;
            }
        }
        return true;
    }
}
