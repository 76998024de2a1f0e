package ai.netra.apex.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementTest {

    @Test
    void separatesTheInsertFromItsRows() {
        String text = "INSERT INTO t (a, b) FORMAT JSONEachRow\n{\"a\":1}";
        Statement statement = Statement.parse(text);
        assertThat(statement.rowFormat()).isEqualTo("JSONEachRow");
        assertThat(statement.sql().strip()).isEqualTo("INSERT INTO t (a, b)");
        assertThat(text.substring(statement.rowsFrom())).isEqualTo("{\"a\":1}");
    }

    @Test
    void takesAnInsertWithoutRowsInTheText() {
        Statement statement = Statement.parse("insert into `format values`.t\nformat RowBinary");
        assertThat(statement.rowFormat()).isEqualTo("RowBinary");
        assertThat(statement.sql().strip()).isEqualTo("insert into `format values`.t");
    }

    @Test
    void leavesOtherStatementsWhole() {
        for (String sql :
                new String[] {
                    "SELECT 1 FORMAT JSON",
                    "INSERT INTO t VALUES (1, 'x FORMAT CSV')",
                    "INSERT INTO t SELECT * FROM u FORMAT CSV",
                    "CREATE TABLE t (a Int8) ENGINE = Memory"
                }) {
            assertThat(Statement.parse(sql)).isEqualTo(new Statement(sql, null, sql.length()));
        }
    }
}
