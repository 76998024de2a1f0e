package ai.netra.apex.database.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("INF-3")
@Tag("CFG-7")
class RoleRotationIT {
    private static final DatabaseSettings DATABASE = DatabaseSettings.of("DEMO_", 5432, "postgres");
    private static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_").and(DATABASE::declare);
    private static final int ROTATIONS = 6;
    private static final int CALLERS = 4;

    @TempDir private Path directory;

    @Test
    void twoRolesTakeTurnsUnderLoadAndNoRequestFails() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            alter(server, "create role role_a login password '" + password(0) + "'");
            alter(server, "create role role_b login password 'not-used-yet-x7'");
            take("role_a", password(0));
            UnifiedConfigManager settings =
                    UnifiedConfigManager.load(
                            SETTINGS,
                            ConfigSources.ofEnvironment(
                                            Map.of(
                                                    "APEX_TIER",
                                                    "test",
                                                    "DEMO_DATABASE_HOSTS",
                                                    "127.0.0.1:" + server.port(),
                                                    "DEMO_SECRETS_DIR",
                                                    directory.resolve("secrets").toString()))
                                    .withConfigFile(directory.resolve("demo.conf")));
            settings.addTrial(DATABASE::trial);
            try (DatabaseManager database =
                    DatabaseManager.start(DATABASE.bind("demo", settings))) {
                settings.onChange(_ -> database.refreshConnections());
                rotateUnderLoad(server, settings, database);
            }
        }
    }

    private void rotateUnderLoad(
            EmbeddedPostgres server, UnifiedConfigManager settings, DatabaseManager database)
            throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!stop.get()) {
                                            try {
                                                String role = currentUser(database);
                                                assertThat(role).startsWith("role_");
                                                done.incrementAndGet();
                                            } catch (RuntimeException | AssertionError e) {
                                                failures.add(e);
                                            }
                                        }
                                    }));
        }
        for (int turn = 1; turn <= ROTATIONS; turn++) {
            String next = turn % 2 == 0 ? "role_a" : "role_b";
            take(next, "wrong-Zq8!wrong-" + turn);
            assertThat(settings.reload("rotation").kind())
                    .as("credentials the server refuses are not taken")
                    .isEqualTo(ConfigEvent.Kind.REFUSED);
            alter(server, "alter role " + next + " password '" + password(turn) + "'");
            take(next, password(turn));
            assertThat(settings.reload("rotation").kind()).isEqualTo(ConfigEvent.Kind.APPLIED);
            int before = done.get();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> next.equals(currentUser(database)) && done.get() > before + 50);
        }
        stop.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
        assertThat(done).hasValueGreaterThan(ROTATIONS * 50);
    }

    private static String currentUser(DatabaseManager database) {
        return database.inTransaction(
                SessionRequest.read("who"),
                session -> {
                    try (Statement statement = session.connection().createStatement();
                            ResultSet row = statement.executeQuery("select current_user")) {
                        row.next();
                        return row.getString(1);
                    }
                });
    }

    private static void alter(EmbeddedPostgres server, String statement) {
        server.execute("postgres", statement);
    }

    private static String password(int turn) {
        return "good-Kp4!good-" + turn;
    }

    /** Writes role and password, as an operator does. */
    private void take(String role, String password) throws Exception {
        Path secrets = directory.resolve("secrets");
        Files.createDirectories(secrets);
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwx------"));
        Path file = Files.writeString(secrets.resolve("database-password"), password);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(directory.resolve("demo.conf"), "DEMO_DATABASE_USER=" + role + "\n");
    }
}
