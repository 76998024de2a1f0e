package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import ai.netra.apex.resilience.SqlState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The server itself raises every error there is; the driver brings it; the classifier says what it
 * is.
 */
@Tag("ERR-1")
class SqlStateIT {

    @Test
    void everyErrorTheServerCanRaiseIsOfOneKindAndRolledBackInsideATransaction() throws Exception {
        Map<String, SqlState> all = SqlState.all();
        SoftAssertions softly = new SoftAssertions();
        try (Connection connection = TestServer.raw();
                Statement statement = connection.createStatement()) {
            for (SqlState state : all.values()) {
                if (state.code().startsWith("00")
                        || state.code().startsWith("01")
                        || state.code().startsWith("02")) {
                    continue;
                }
                SQLException error =
                        catchThrowableOfType(
                                SQLException.class,
                                () ->
                                        statement.execute(
                                                "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '"
                                                        + state.code()
                                                        + "'; END $$"));
                Failure failure = FailureClassifier.classify(error, Phase.IN_TRANSACTION);
                softly.assertThat(failure.sqlState()).isEqualTo(state.code());
                softly.assertThat(failure.kind()).as(state.code()).isEqualTo(state.kind());
                softly.assertThat(failure.condition()).isEqualTo(state.condition());
                softly.assertThat(failure.outcome())
                        .as(state.code())
                        .isEqualTo(
                                state.code().equals("08007")
                                        ? Outcome.IN_DOUBT
                                        : Outcome.ROLLED_BACK);
            }
        }
        softly.assertAll();
        assertThat(all).hasSizeGreaterThan(255);
    }

    /** The server brings the source of appendix A along. */
    @Test
    void everyCodeOfTheServersOwnListIsOfAKind() throws Exception {
        Path list;
        try (Connection connection = TestServer.raw()) {
            String share = "SELECT setting FROM pg_config() WHERE name = 'SHAREDIR'";
            list = Path.of(SessionIT.text(connection, share), "errcodes.txt");
        }
        List<String> codes =
                Files.readAllLines(list).stream()
                        .filter(line -> line.matches("[0-9A-Z]{5}\\s.*"))
                        .map(line -> line.substring(0, 5))
                        .distinct()
                        .toList();

        assertThat(codes).hasSizeGreaterThan(255);
        assertThat(SqlState.all()).containsKeys(codes.toArray(String[]::new));
        assertThat(codes).allSatisfy(code -> assertThat(SqlState.of(code).kind()).isNotNull());
    }

    @Test
    void ourNamesOfConditionsAreTheServersOwn() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        try (Connection connection = TestServer.raw();
                Statement statement = connection.createStatement()) {
            for (SqlState state : SqlState.all().values()) {
                // PL/pgSQL knows neither success nor warnings by name; 72000 is of older servers.
                if (state.code().compareTo("03000") < 0 || state.code().equals("72000")) {
                    continue;
                }
                SQLException error =
                        catchThrowableOfType(
                                SQLException.class,
                                () ->
                                        statement.execute(
                                                "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '"
                                                        + state.condition()
                                                        + "'; END $$"));
                // A few conditions of different classes share a name: the first is meant.
                softly.assertThat(SqlState.of(error.getSQLState()).condition())
                        .as(state.code())
                        .isEqualTo(state.condition());
            }
        }
        softly.assertAll();
    }

    @Test
    void realErrorsOfEachKindAreRecognised() throws Exception {
        assertThat(kind("SELECT 1/0")).isEqualTo(FailureKind.DATA);
        assertThat(kind("SELECT * FROM nowhere")).isEqualTo(FailureKind.SCHEMA);
        assertThat(kind("SELEC")).isEqualTo(FailureKind.SCHEMA);
        assertThat(kind("SET statement_timeout = 1; SELECT pg_sleep(1)"))
                .isEqualTo(FailureKind.TIMEOUT);
        assertThat(kind("SET transaction_read_only = on; CREATE TABLE t1 (a int)"))
                .isEqualTo(FailureKind.FAILOVER);
        assertThat(kind("CREATE TEMP TABLE c (a int CHECK (a > 0)); INSERT INTO c VALUES (0)"))
                .isEqualTo(FailureKind.CONSTRAINT);
        assertThat(kind("SET ROLE pg_monitor; CREATE ROLE x")).isEqualTo(FailureKind.PERMISSION);
        assertThat(kind("SELECT pg_terminate_backend(pg_backend_pid())"))
                .isEqualTo(FailureKind.CONNECTION);
    }

    private static FailureKind kind(String sql) throws SQLException {
        try (Connection connection = TestServer.raw();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            SQLException error =
                    catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
            return FailureClassifier.classify(error, Phase.IN_TRANSACTION).kind();
        }
    }
}
