package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("SES-4")
class SqlTextTest {

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "-- a line\n", "/* a note */"})
    void aLongBeginningIsJudgedToo(String each) {
        assertThat(SqlText.of(each.repeat(20_000) + "SELECT 1").suspicious()).isFalse();
        assertThat(SqlText.of(each.repeat(20_000) + "SET a = 1").suspicious()).isTrue();
        assertThat(SqlText.of("SELECT 1;" + each.repeat(20_000) + "COMMIT").mayEnd()).isTrue();
        assertThat(SqlText.of(each.repeat(20_000) + "ROLLBACK TO here").mayEnd()).isFalse();
    }
}
