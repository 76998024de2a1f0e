package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.database.DatabaseException;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Every setting that can be changed while the service runs is changed, and what it does is seen.
 */
@Tag("CFG-7")
final class ReloadIT {

    /** Secrets, which are changed where they are rotated under load, and the store of secrets. */
    private static final Set<String> SECRETS =
            Set.of(
                    "AUTH_VAULT_REFRESH",
                    "AUTH_DATABASE_USER",
                    "AUTH_DATABASE_PASSWORD",
                    "AUTH_DATABASE_LOGIN",
                    "AUTH_DATABASE_OWNER_PASSWORD",
                    "AUTH_SIGNING_KEY",
                    "AUTH_SIGNING_KEY_NEXT",
                    "AUTH_SIGNING_KEY_PREVIOUS",
                    "AUTH_BACKEND_PUBLIC_KEY",
                    "AUTH_MANAGEMENT_TOKEN");

    private static final Map<String, String> BASE =
            Map.of(
                    "AUTH_DATABASE_POOL_MAXIMUM", "4",
                    "AUTH_DATABASE_USER_SHARE", "0.25",
                    "AUTH_DATABASE_SESSION_WAIT", "4m",
                    "AUTH_DATABASE_TRANSACTION_TIMEOUT", "5m",
                    "AUTH_HASHING_CONCURRENCY", "2",
                    "AUTH_HASHING_QUEUE", "500",
                    "AUTH_HASHING_PATIENCE", "30s");

    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir private static Path directory;
    private static AuthFixture auth;

    /** What is changed, and what has to be seen then. */
    record Row(String name, Map<String, String> changes, Check seen) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Looks whether a change holds. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "longest sign-in",
                        Map.of("AUTH_SESSION_LIFE", "1h"),
                        () -> assertThat(cookie()).contains("Max-Age=3600")),
                new Row(
                        "sign-in without use",
                        Map.of("AUTH_SESSION_IDLE", "30m"),
                        () -> assertThat(cookie()).contains("Max-Age=1800")),
                new Row(
                        "sign-ins of one account",
                        Map.of("AUTH_SESSIONS_PER_ACCOUNT", "1"),
                        () -> {
                            var person = auth.register();
                            var first = auth.client();
                            first.login(person.email(), AuthFixture.PASSWORD);
                            auth.client().login(person.email(), AuthFixture.PASSWORD);
                            assertThat(first.refresh().status()).isEqualTo(401);
                        }),
                new Row(
                        "hashes at once",
                        Map.of("AUTH_HASHING_CONCURRENCY", "1"),
                        () -> {
                            assertThat(guesses(8)).containsOnly(401);
                            await().atMost(Duration.ofSeconds(60))
                                    .until(() -> hashingThreads() <= 1);
                        }),
                new Row(
                        "hashes that wait",
                        Map.of("AUTH_HASHING_QUEUE", "1"),
                        () -> assertThat(guesses(20)).contains(503)),
                new Row(
                        "how long hashes wait",
                        Map.of("AUTH_HASHING_PATIENCE", "100ms"),
                        () -> assertThat(guesses(20)).contains(503)),
                new Row(
                        "lock of an address",
                        Map.of("AUTH_LOCKOUT_FAILURES", "3", "AUTH_LOCKOUT_TIME", "60s"),
                        ReloadIT::threeGuessesLockForAMinute),
                new Row(
                        "sign-ins in a minute",
                        Map.of("AUTH_LOGINS_PER_MINUTE", "1"),
                        () -> {
                            auth.clock.advance(Duration.ofHours(2));
                            assertThat(List.of(guess(), guess())).containsExactly(401, 429);
                        }),
                new Row(
                        "new accounts in an hour",
                        Map.of("AUTH_REGISTRATIONS_PER_HOUR", "1"),
                        () -> {
                            auth.clock.advance(Duration.ofHours(2));
                            auth.register();
                            assertThat(
                                            auth.client()
                                                    .register(name(), AuthFixture.PASSWORD, "A")
                                                    .status())
                                    .isEqualTo(429);
                        }),
                new Row(
                        "size of the pool",
                        Map.of("AUTH_DATABASE_POOL_MAXIMUM", "3"),
                        () -> assertConnections(3)),
                new Row(
                        "processes that share the server",
                        Map.of("AUTH_DATABASE_REPLICAS", "40"),
                        () -> assertConnections(2)),
                new Row(
                        "share of the pool",
                        Map.of("AUTH_DATABASE_USER_SHARE", "0.5"),
                        () -> holding(2, () -> assertThat(database().health().detail()).isEmpty())),
                new Row(
                        "who may wait",
                        Map.of("AUTH_DATABASE_WAITERS", "0"),
                        () -> nobodyElseGetsIn("USER_LIMIT")),
                new Row(
                        "how long to wait",
                        Map.of("AUTH_DATABASE_SESSION_WAIT", "100ms"),
                        () -> nobodyElseGetsIn("WAIT")),
                new Row(
                        "times of the database",
                        Map.of(
                                "AUTH_DATABASE_STATEMENT_TIMEOUT", "1s",
                                "AUTH_DATABASE_TRANSACTION_TIMEOUT", "2s"),
                        () -> {
                            assertThat(shown("statement_timeout")).isEqualTo("1s");
                            assertThat(shown("idle_in_transaction_session_timeout"))
                                    .isEqualTo("2s");
                        }),
                new Row(
                        "level of our lines",
                        Map.of("AUTH_LOG_LEVEL", "debug"),
                        () -> assertThat(logsDebug("ai.netra.apex.auth.session")).isTrue()),
                new Row(
                        "levels of packages",
                        Map.of("AUTH_LOG_LEVELS", "org.flywaydb=debug"),
                        () -> assertThat(logsDebug("org.flywaydb.core")).isTrue()));
    }

    @BeforeAll
    static void start() throws IOException {
        write(Map.of());
        auth =
                AuthFixture.startWatched(
                        Map.of(
                                "AUTH_CONFIG_FILE",
                                file().toString(),
                                // So slow that several at once have to wait.
                                "AUTH_PASSWORD_ITERATIONS",
                                "8"));
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    @AfterEach
    void restore() throws IOException {
        write(Map.of());
        auth.watcher().reloadNow("test");
        // Limits of a minute and of an hour are not the next test's.
        auth.clock.advance(Duration.ofHours(2));
        assertThat(logsDebug("ai.netra.apex.auth") || logsDebug("org.flywaydb.core")).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void whatIsChangedHoldsAtOnce(Row row) throws Exception {
        write(row.changes());
        ConfigEvent event = auth.watcher().reloadNow("test");
        assertThat(event.problems()).isEmpty();
        assertThat(event.changedKeys()).containsExactlyInAnyOrderElementsOf(row.changes().keySet());
        row.seen().run();
    }

    @Test
    void everySettingThatCanBeReloadedIsChangedHere() {
        var changed = new TreeSet<>(SECRETS);
        rows().forEach(row -> changed.addAll(row.changes().keySet()));
        assertThat(
                        AuthEnvironment.SETTINGS.settings().stream()
                                .filter(Setting::isReloadable)
                                .map(Setting::key))
                .containsExactlyInAnyOrderElementsOf(changed);
    }

    @Test
    void whatNeedsARestartRefusesTheWholeReload() throws Exception {
        write(Map.of("AUTH_SESSION_IDLE", "30m", "AUTH_ALLOWED_ORIGINS", "https://other.org"));
        ConfigEvent event = auth.watcher().reloadNow("test");
        assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.REFUSED);
        assertThat(event.problems())
                .extracting(ConfigProblem::key)
                .containsExactly("AUTH_ALLOWED_ORIGINS");
        assertThat(cookie()).doesNotContain("Max-Age=1800");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> auth.client().get("/health").body().contains("AUTH_ALLOWED_ORIGINS"));
    }

    private static Path file() {
        return directory.resolve("auth.conf");
    }

    private static void write(Map<String, String> changes) throws IOException {
        var all = new TreeMap<>(BASE);
        all.putAll(changes);
        Files.write(
                file(), all.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    private static String name() {
        return "reloaded" + NAMES.incrementAndGet() + "@example.org";
    }

    private static int guess() {
        return auth.client().login(name(), "wrong-password-1").status();
    }

    /** The answers to guesses at once, each of another address. */
    private static List<Integer> guesses(int count) throws Exception {
        Callable<Integer> one = ReloadIT::guess;
        var answers = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(count)) {
            for (var future :
                    threads.invokeAll(IntStream.range(0, count).mapToObj(i -> one).toList())) {
                answers.add(future.get());
            }
        }
        return answers;
    }

    private static long hashingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("argon2"))
                .count();
    }

    /** What a sign-in sets. */
    private static String cookie() {
        var person = auth.register();
        return auth.client()
                .login(person.email(), AuthFixture.PASSWORD)
                .header("Set-Cookie")
                .orElseThrow();
    }

    private static void threeGuessesLockForAMinute() {
        String email = name();
        for (int i = 0; i < 3; i++) {
            assertThat(auth.client().login(email, "wrong-password-1").status()).isEqualTo(401);
        }
        var locked = auth.client().login(email, "wrong-password-1");
        assertThat(locked.status()).isEqualTo(423);
        assertThat(Integer.parseInt(locked.header("Retry-After").orElseThrow())).isBetween(1, 60);
    }

    private static AuthDatabaseManager database() {
        return auth.service().get(AuthDatabaseManager.class);
    }

    private static String shown(String setting) {
        return database()
                .read("show", tx -> tx.sql("show " + setting).query(String.class).single());
    }

    private static boolean logsDebug(String name) {
        return LoggerFactory.getLogger(name).isDebugEnabled();
    }

    private static void assertConnections(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> connections() == count);
    }

    private static int connections() {
        return database()
                .read(
                        "count",
                        tx ->
                                tx.sql(
                                                """
                                                select count(*) from pg_stat_activity
                                                where application_name = 'apex-auth'
                                                  and datname = current_database()
                                                """)
                                        .query(Integer.class)
                                        .single());
    }

    /** Runs {@code then} while one person holds so many sessions. */
    private static void holding(int sessions, Check then) throws Exception {
        var in = new CountDownLatch(sessions);
        var out = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < sessions; i++) {
                    threads.execute(
                            () -> RequestContext.of("one", "hold").run(() -> hold(in, out)));
                }
                assertThat(in.await(60, TimeUnit.SECONDS)).as("all sessions are lent").isTrue();
                then.run();
            } finally {
                out.countDown();
            }
        }
    }

    private static void hold(CountDownLatch in, CountDownLatch out) {
        database()
                .read(
                        "hold",
                        _ -> {
                            in.countDown();
                            try {
                                return out.await(60, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                                return false;
                            }
                        });
    }

    /** One person has all of a share of one; a second session of theirs is refused. */
    private static void nobodyElseGetsIn(String reason) throws Exception {
        holding(
                1,
                () ->
                        assertThatThrownBy(
                                        () ->
                                                RequestContext.of("one", "more")
                                                        .run(() -> shown("statement_timeout")))
                                .isInstanceOf(DatabaseException.class)
                                .hasMessageContaining(reason));
    }
}
