package ai.netra.apex.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("NET-1")
class EmbeddedPostgresIT {

    @TempDir Path directory;

    @Test
    void isAPostgres18ThatWaitsForTheDisk() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary()) {
            assertThat(ask(postgres, "SHOW server_version")).startsWith("18.");
            assertThat(ask(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(ask(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(postgres, "SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void refusesAWrongPassword() {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary()) {
            assertThatThrownBy(() -> postgres.connect("postgres", "postgres", "wrong").close())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void keepsCommittedRowsThroughACrash() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary()) {
            postgres.execute("postgres", "CREATE TABLE kept(n int)", "INSERT INTO kept VALUES (7)");
            ProcessIdentity before = postgres.process();

            postgres.kill();
            postgres.start();

            assertThat(postgres.process()).isNotEqualTo(before);
            assertThat(ask(postgres, "SELECT n FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void keepsDataAndPasswordBetweenStarts() throws Exception {
        try (EmbeddedPostgres first = kept().start()) {
            first.execute("postgres", "CREATE TABLE kept(n int)", "INSERT INTO kept VALUES (42)");
        }
        try (EmbeddedPostgres second = kept().start()) {
            assertThat(ask(second, "SELECT n FROM kept")).isEqualTo("42");
        }
        assertThat(Files.getPosixFilePermissions(directory.resolve("pg/superuser-password")))
                .hasSize(2);
    }

    @Test
    @Tag("INF-3")
    void makesClustersToBeKeptThatShareNeitherIdentityNorPassword() throws Exception {
        try (EmbeddedPostgres one = kept().superuserPassword("password of one").start();
                EmbeddedPostgres other =
                        EmbeddedPostgres.builder()
                                .dataDirectory(directory.resolve("other"))
                                .superuserPassword("password of the other")
                                .start();
                EmbeddedPostgres template = EmbeddedPostgres.startTemporary()) {
            String identity = "SELECT system_identifier FROM pg_control_system()";
            assertThat(List.of(ask(one, identity), ask(other, identity), ask(template, identity)))
                    .doesNotHaveDuplicates();
            for (String strange : List.of(other.password(), template.password())) {
                assertThatThrownBy(() -> one.connect("postgres", "postgres", strange).close())
                        .hasMessageContaining("password authentication failed");
            }
            // The log that was made anew carries the rows over a crash.
            one.execute("postgres", "CREATE TABLE kept(n int)", "INSERT INTO kept VALUES (5)");
            one.kill();
            one.start();
            assertThat(ask(one, "SELECT n FROM kept")).isEqualTo("5");
            assertThat(ask(one, identity)).isNotEqualTo(ask(template, identity));
        }
    }

    @Test
    void makesAClusterAnewWhereMakingItWasInterrupted() throws Exception {
        Path partial = Files.createDirectories(directory.resolve("pg/data.partial/global"));
        Files.writeString(partial.resolve("pg_control"), "half of it");
        try (EmbeddedPostgres postgres = kept().start()) {
            assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
        }
        assertThat(directory.resolve("pg/data.partial")).doesNotExist();
    }

    @Test
    void stopsAServerLeftOverOnItsDataInsteadOfAdoptingIt() throws SQLException {
        EmbeddedPostgres orphan = kept().setting("work_mem", "5MB").start();
        ProcessIdentity left = orphan.process();
        try (EmbeddedPostgres next = kept().setting("work_mem", "6MB").start()) {
            assertThat(left.isAlive()).isFalse();
            assertThat(ask(next, "SHOW work_mem")).isEqualTo("6MB");
        } finally {
            orphan.close();
        }
    }

    @Test
    void namesTheTakenPort() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> kept().port(holder.getLocalPort()).start())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("Port " + holder.getLocalPort())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }

    /** In most containers root may not make user namespaces. */
    @Test
    void runsForRootWithoutUserNamespacesAndChangesFromOneWayToTheOther() throws SQLException {
        assumeThat(Unprivileged.here()).isEqualTo(Unprivileged.USER_NAMESPACE);
        try (EmbeddedPostgres first = kept().way(Unprivileged.NOBODY).start()) {
            first.execute("postgres", "CREATE TABLE kept(n int)", "INSERT INTO kept VALUES (1)");
        }
        try (EmbeddedPostgres second = kept().start()) {
            assertThat(ask(second, "SELECT n FROM kept")).isEqualTo("1");
        }
        try (EmbeddedPostgres third = kept().way(Unprivileged.NOBODY).start()) {
            assertThat(ask(third, "SELECT n FROM kept")).isEqualTo("1");
        }
    }

    @Test
    void leavesNothingBehind() {
        EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary();
        ProcessIdentity process = postgres.process();
        postgres.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(Ports.isFree(postgres.port())).isTrue();
        assertThat(postgres.home()).doesNotExist();
    }

    @Test
    void letsTheApplicationReadAndWriteRowsAndNothingElse() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary()) {
            postgres.roles().database("shop", "shop_owner", "o-secret", "shop_app", "a-secret");
            postgres.roles().database("shop", "shop_owner", "o-secret", "shop_app", "a-secret");
            try (Connection owner = postgres.connect("shop", "shop_owner", "o-secret");
                    Statement statement = owner.createStatement()) {
                statement.execute(
                        "CREATE TABLE goods(id bigint GENERATED ALWAYS AS IDENTITY, name text)");
            }
            try (Connection application = postgres.connect("shop", "shop_app", "a-secret");
                    Statement statement = application.createStatement()) {
                statement.execute("INSERT INTO goods(name) VALUES ('tea')");
                assertThatThrownBy(() -> statement.execute("CREATE TABLE mine(n int)"))
                        .hasMessageContaining("permission denied");
                assertThatThrownBy(() -> statement.execute("DROP TABLE goods"))
                        .hasMessageContaining("must be owner");
                assertThatThrownBy(() -> statement.execute("TRUNCATE goods"))
                        .hasMessageContaining("permission denied");
            }
        }
    }

    private EmbeddedPostgres.Builder kept() {
        return EmbeddedPostgres.builder().dataDirectory(directory.resolve("pg"));
    }

    private static String ask(EmbeddedPostgres postgres, String query) throws SQLException {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
