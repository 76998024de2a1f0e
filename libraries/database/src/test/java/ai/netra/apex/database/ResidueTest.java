package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("SES-4")
class ResidueTest {

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "-- a line\n", "/* a note */"})
    void aLongBeginningIsJudgedToo(String each) {
        assertThat(Residue.suspicious(each.repeat(20_000) + "SELECT 1")).isFalse();
        assertThat(Residue.suspicious(each.repeat(20_000) + "SET a = 1")).isTrue();
        assertThat(Transaction.mayEnd("SELECT 1;" + each.repeat(20_000) + "COMMIT")).isTrue();
        assertThat(Transaction.mayEnd(each.repeat(20_000) + "ROLLBACK TO here")).isFalse();
    }
}
