package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("SES-4")
class SqlTextTest {

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "-- a line\n", "/* a note */", "/* one /* in */ another */"})
    void aLongBeginningIsJudgedToo(String each) {
        assertThat(SqlText.of(each.repeat(20_000) + "SELECT 1").suspicious()).isFalse();
        assertThat(SqlText.of(each.repeat(20_000) + "SET a = 1").suspicious()).isTrue();
        assertThat(SqlText.of("SELECT 1;" + each.repeat(20_000) + "COMMIT").mayEnd()).isTrue();
        assertThat(SqlText.of(each.repeat(20_000) + "ROLLBACK TO here").mayEnd()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT",
                "commit and chain",
                "/* done */ END",
                "ROLLBACK",
                "rollback work",
                "ABORT",
                "PREPARE TRANSACTION 'two'"
            })
    void whatEndsATransaction(String sql) {
        assertThat(SqlText.of(sql).ends()).isTrue();
        assertThat(SqlText.of(sql).mayEnd()).isTrue();
        assertThat(SqlText.of("SELECT 1; " + sql).ends()).isFalse();
        assertThat(SqlText.of("SELECT 1; " + sql).mayEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "ROLLBACK TO SAVEPOINT here",
                "rollback work to here",
                "PREPARE plan AS SELECT 1",
                "UPDATE t SET state = 'end'",
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$BEGIN x := 1; END; $f$",
                "DO $$ BEGIN PERFORM 1; END $$"
            })
    void whatEndsNone(String sql) {
        assertThat(SqlText.of(sql).ends()).isFalse();
        assertThat(SqlText.of(sql).mayEnd()).isFalse();
    }

    @Test
    void ofABatchTheFirstStatementBeginsAndAnyMayEnd() {
        SqlText batch = SqlText.of("SET LOCAL a = 1").and(SqlText.of("COMMIT"));

        assertThat(batch.comesFirst()).isTrue();
        assertThat(batch.ends()).isFalse();
        assertThat(batch.mayEnd()).isTrue();
        assertThat(batch.suspicious()).isTrue();
    }
}
