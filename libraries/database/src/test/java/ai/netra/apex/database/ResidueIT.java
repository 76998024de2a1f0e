package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hides from a look at the server must not reach the next borrower either. */
@Tag("STA-9")
class ResidueIT {

    private DatabaseManager db;

    @AfterEach
    void close() {
        db.close();
    }

    private void start(CleanupCheck cleanup) {
        db =
                DatabaseManager.start(
                        TestServer.config("hidden")
                                .pool(PoolBounds.exactly(2))
                                .admission(AdmissionPolicy.standard().withReserve(0))
                                .cleanup(cleanup)
                                .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET app.tenant = 'seven'",
                "SELECT set_config('app.tenant', 'seven', false)",
                "DO $$ BEGIN PERFORM set_config('app.tenant', 'seven', false); END $$"
            })
    void aSettingOfTheApplicationsOwnIsNotTheNextBorrowers(String sql) throws Exception {
        start(CleanupCheck.ALWAYS);
        run(sql);
        assertThat(everywhere("SELECT coalesce(current_setting('app.tenant', true), '')"))
                .containsOnly("");
    }

    @Test
    void anAuthorizationIsNotTheNextBorrowers() throws Exception {
        TestServer.execute(
                "DO $$ BEGIN CREATE ROLE somebody; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        start(CleanupCheck.ALWAYS);
        run("SET SESSION AUTHORIZATION somebody");
        assertThat(everywhere("SELECT session_user::text")).containsOnly("postgres");
    }

    @Test
    void aTemporaryFunctionIsNotTheNextBorrowers() throws Exception {
        start(CleanupCheck.ALWAYS);
        run("CREATE FUNCTION pg_temp.seven() RETURNS int LANGUAGE sql AS 'SELECT 7'");
        run("CREATE TYPE pg_temp.seven AS (n int)");
        assertThat(
                        everywhere(
                                "SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace ="
                                        + " pg_my_temp_schema()) + (SELECT count(*) FROM pg_type"
                                        + " WHERE typnamespace = pg_my_temp_schema())"))
                .containsOnly("0");
    }

    @Test
    void aCommentThatEndsWithACarriageReturnHidesNothing() throws Exception {
        start(CleanupCheck.SUSPECTED);
        run("SELECT 1");
        run("-- a comment\rSET work_mem = '9MB'");
        assertThat(everywhere("SHOW work_mem")).containsOnly("4MB");
    }

    @Test
    void whatTheDriverKeepsIsNotTheNextBorrowers() throws Exception {
        start(CleanupCheck.ALWAYS);
        try (Connection connection = db.asDataSource().getConnection()) {
            connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            connection.setTypeMap(Map.of("seven", String.class));
        }
        try (Connection one = db.asDataSource().getConnection();
                Connection two = db.asDataSource().getConnection()) {
            for (Connection each : List.of(one, two)) {
                assertThat(each.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
                assertThat(each.getTypeMap()).isNullOrEmpty();
            }
        }
    }

    @Test
    void aLongIndentIsNoTrouble() throws Exception {
        start(CleanupCheck.SUSPECTED);
        run(" ".repeat(200_000) + "SELECT 1");
        run("SELECT ';" + "\n".repeat(200_000) + "'");
    }

    @Test
    void manyCommentsAreNoTrouble() throws Exception {
        start(CleanupCheck.SUSPECTED);
        long begin = System.nanoTime();
        run("/* a */ ".repeat(25) + "SELECT 1");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(500));
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The answer of each connection of the pool. */
    private List<String> everywhere(String sql) throws SQLException {
        try (Connection one = db.asDataSource().getConnection();
                Connection two = db.asDataSource().getConnection()) {
            return List.of(SessionIT.text(one, sql), SessionIT.text(two, sql));
        }
    }
}
