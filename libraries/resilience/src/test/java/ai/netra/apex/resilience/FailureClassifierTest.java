package ai.netra.apex.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("ERR-1")
class FailureClassifierTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ConnectException("refused"), FailureKind.CONNECTION, true),
                Arguments.of(new NoRouteToHostException(), FailureKind.CONNECTION, true),
                Arguments.of(new UnknownHostException("db"), FailureKind.CONNECTION, true),
                Arguments.of(new SocketException("reset"), FailureKind.CONNECTION, true),
                Arguments.of(new EOFException(), FailureKind.CONNECTION, true),
                Arguments.of(new SSLHandshakeException("no"), FailureKind.CONNECTION, false),
                Arguments.of(new SocketTimeoutException(), FailureKind.TIMEOUT, true),
                Arguments.of(new TimeoutException(), FailureKind.TIMEOUT, true),
                Arguments.of(new SQLTimeoutException(), FailureKind.TIMEOUT, true),
                Arguments.of(new SQLTransientConnectionException(), FailureKind.RESOURCE, true),
                Arguments.of(new SQLRecoverableException(), FailureKind.CONNECTION, true),
                Arguments.of(new SQLFeatureNotSupportedException(), FailureKind.SCHEMA, false),
                Arguments.of(new InterruptedException(), FailureKind.TIMEOUT, false),
                Arguments.of(new IllegalStateException(), FailureKind.UNKNOWN, false),
                Arguments.of(new SQLException("?"), FailureKind.UNKNOWN, false),
                Arguments.of(
                        new RuntimeException(new SQLException("x", "40001")),
                        FailureKind.CONFLICT,
                        true),
                Arguments.of(
                        new SQLException("I/O", "08006", new SocketTimeoutException()),
                        FailureKind.TIMEOUT,
                        true));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureIsOfOneKind(Throwable error, FailureKind kind, boolean passing) {
        Failure failure = FailureClassifier.classify(error, Phase.ACQUIRING);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.transientCause()).isEqualTo(passing);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void aBatchsErrorIsTheServers() {
        BatchUpdateException batch = new BatchUpdateException("batch", "XX000", new int[0]);
        batch.setNextException(new SQLException("dup", "23505"));
        assertThat(FailureClassifier.classify(batch, Phase.IN_TRANSACTION).kind())
                .isEqualTo(FailureKind.CONSTRAINT);
    }

    @Test
    void aLostWireMeansSomethingElseInEachPhase() {
        IOException lost = new SocketException("Connection reset");
        assertThat(outcome(lost, Phase.ACQUIRING)).isEqualTo(Outcome.NOT_STARTED);
        assertThat(outcome(lost, Phase.IN_TRANSACTION)).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(outcome(lost, Phase.AUTOCOMMIT)).isEqualTo(Outcome.IN_DOUBT);
        assertThat(outcome(lost, Phase.COMMITTING)).isEqualTo(Outcome.IN_DOUBT);
        assertThat(FailureClassifier.classify(lost, Phase.COMMITTING).retryable()).isFalse();
        assertThat(FailureClassifier.classify(lost, Phase.COMMITTING).level())
                .isEqualTo(LogLevel.CRITICAL);
    }

    @Test
    void aConflictAtCommitIsARollbackAndAShutdownThenIsDoubtful() {
        assertThat(outcome(new SQLException("x", "40001"), Phase.COMMITTING))
                .isEqualTo(Outcome.ROLLED_BACK);
        assertThat(outcome(new SQLException("x", "23503"), Phase.COMMITTING))
                .isEqualTo(Outcome.ROLLED_BACK);
        for (String doubtful : new String[] {"57P01", "57P02", "53100", "XX000", "40003"}) {
            assertThat(outcome(new SQLException("x", doubtful), Phase.COMMITTING))
                    .as(doubtful)
                    .isEqualTo(Outcome.IN_DOUBT);
        }
    }

    @Test
    void theKindsAreLoggedAsLoudlyAsTheyDeserve() {
        assertThat(FailureKind.CONFLICT.level()).isEqualTo(LogLevel.CRITICAL);
        assertThat(FailureKind.CONNECTION.level()).isEqualTo(LogLevel.CRITICAL);
        assertThat(FailureKind.TIMEOUT.level()).isEqualTo(LogLevel.WARNING);
        assertThat(FailureKind.PERMISSION.level()).isEqualTo(LogLevel.ERROR);
        assertThat(FailureKind.SCHEMA.level()).isEqualTo(LogLevel.ERROR);
        assertThat(FailureKind.UNKNOWN.level()).isEqualTo(LogLevel.CRITICAL);
    }

    @Test
    void anUnknownCodeIsWhatItsClassIs() {
        assertThat(SqlState.of("23ZZZ").kind()).isEqualTo(FailureKind.CONSTRAINT);
        assertThat(SqlState.of("40ZZZ").passing()).isTrue();
        assertThat(SqlState.of("QQQQQ").kind()).isEqualTo(FailureKind.UNKNOWN);
    }

    private static Outcome outcome(Throwable error, Phase phase) {
        return FailureClassifier.classify(error, phase).outcome();
    }
}
