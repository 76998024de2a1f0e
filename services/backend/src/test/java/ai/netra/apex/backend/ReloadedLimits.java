package ai.netra.apex.backend;

import static ai.netra.apex.backend.ReloadedBackend.ask;
import static ai.netra.apex.backend.ReloadedBackend.runId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.database.DatabaseException;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.Session;
import ai.netra.apex.database.SessionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Changes of limits, times and log levels, and what is seen of them. */
final class ReloadedLimits {

    private ReloadedLimits() {}

    static Stream<ReloadRow> rows() {
        return Stream.of(
                new ReloadRow(
                        "size of messages",
                        Map.of("BACKEND_MESSAGE_MAX_CHARACTERS", "100"),
                        b -> {
                            assertThat(
                                            ask(b.person(), ReloadedBackend.MODEL, "x".repeat(101))
                                                    .status())
                                    .isEqualTo(413);
                            assertThat(b.limit("/message/maxCharacters")).isEqualTo(100);
                        }),
                new ReloadRow(
                        "undoing a deletion",
                        Map.of("BACKEND_THREAD_UNDO", "60s"),
                        ReloadedLimits::deletionsOfFiveMinutesAgoStay),
                new ReloadRow(
                        "runs of one person",
                        Map.of("BACKEND_RUNS_PER_USER", "1"),
                        b -> {
                            Api person = b.person();
                            String first = runId(ask(person, ReloadedBackend.MODEL, "say nothing"));
                            assertThat(ask(person, ReloadedBackend.MODEL, "Hello?").status())
                                    .isEqualTo(429);
                            ReloadedBackend.stop(person, first);
                        }),
                new ReloadRow(
                        "runs at once",
                        Map.of("BACKEND_RUNS_MAX", "1", "BACKEND_RUNS_QUEUED", "0"),
                        b -> {
                            Api person = b.person();
                            String first = runId(ask(person, ReloadedBackend.MODEL, "say nothing"));
                            assertThat(ask(b.person(), ReloadedBackend.MODEL, "Hello?").status())
                                    .isEqualTo(503);
                            ReloadedBackend.stop(person, first);
                        }),
                new ReloadRow(
                        "events in Redis",
                        Map.of("BACKEND_RUN_EVENTS_KEPT", "5m"),
                        ReloadedLimits::eventsAreKeptFiveMinutes),
                new ReloadRow(
                        "frames of a socket that is open",
                        Map.of("BACKEND_SOCKET_FRAMES_PER_SECOND", "1"),
                        b -> {
                            assertThat(b.limit("/frames/perSecond")).isEqualTo(1);
                            assertThat(floodedSocket(b)).isEqualTo(4003);
                        }),
                new ReloadRow(
                        "size of the pool",
                        Map.of("BACKEND_DATABASE_POOL", "3"),
                        b -> assertThat(database(b).snapshot().poolSize()).isEqualTo(3)),
                new ReloadRow(
                        "replicas that share the server",
                        Map.of("BACKEND_REPLICAS", "40"),
                        b -> assertThat(database(b).snapshot().poolSize()).isEqualTo(2)),
                new ReloadRow(
                        "share of the pool",
                        Map.of("BACKEND_DATABASE_USER_SHARE", "0.5"),
                        ReloadedLimits::onePersonHoldsTwoSessions),
                new ReloadRow(
                        "who may wait",
                        Map.of("BACKEND_DATABASE_WAITERS", "0"),
                        b -> noSessionIsLeft(b, "QUEUE_FULL")),
                new ReloadRow(
                        "times",
                        Map.of(
                                "BACKEND_RUN_MAX_DURATION", "3s",
                                "BACKEND_DATABASE_TRANSACTION_TIMEOUT", "2s",
                                "BACKEND_DATABASE_STATEMENT_TIMEOUT", "1s",
                                "BACKEND_DATABASE_SESSION_WAIT", "300ms"),
                        ReloadedLimits::timesAreShort),
                new ReloadRow(
                        "patience with Redis",
                        Map.of("BACKEND_REDIS_COMMAND_TIMEOUT", "50ms"),
                        b -> {
                            RedisLink redis = b.service.get(RedisLink.class);
                            var _ = redis.commands().clientPause(3_000);
                            await().atMost(Duration.ofSeconds(30)).until(() -> !redis.available());
                            await().atMost(Duration.ofSeconds(30)).until(redis::available);
                        }),
                new ReloadRow(
                        "level of our lines",
                        Map.of("BACKEND_LOG_LEVEL", "debug"),
                        b -> assertThat(logsDebug("ai.netra.apex.backend.run")).isTrue()),
                new ReloadRow(
                        "levels of packages",
                        Map.of(
                                "BACKEND_LOG_LEVELS",
                                "org.flywaydb=debug,ai.netra.apex.backend=warn"),
                        b -> {
                            assertThat(logsDebug("org.flywaydb.core")).isTrue();
                            assertThat(
                                            LoggerFactory.getLogger("ai.netra.apex.backend.run")
                                                    .isInfoEnabled())
                                    .isFalse();
                        }));
    }

    private static boolean logsDebug(String name) {
        return LoggerFactory.getLogger(name).isDebugEnabled();
    }

    private static DatabaseManager database(ReloadedBackend b) {
        return b.service.get(DatabaseManager.class);
    }

    private static void deletionsOfFiveMinutesAgoStay(ReloadedBackend b) {
        Api person = b.person();
        String thread = person.thread();
        person.delete("/api/threads/" + thread);
        b.service
                .get(Database.class)
                .jdbc()
                .sql("UPDATE thread SET deleted_at = now() - interval '5 min' WHERE id = ?::uuid")
                .params(thread)
                .update();
        Map<String, Boolean> undo = Map.of("deleted", false);
        assertThat(person.patch("/api/threads/" + thread, undo).status()).isEqualTo(404);
        b.restore();
        assertThat(person.patch("/api/threads/" + thread, undo).status()).isEqualTo(200);
    }

    private static void eventsAreKeptFiveMinutes(ReloadedBackend b) {
        String run = b.run(ReloadedBackend.MODEL, "Hello?").path("id").asString();
        var redis = b.service.get(RedisLink.class).commands();
        List<String> keys = redis.keys("*" + run + "*").toCompletableFuture().join();
        assertThat(keys).isNotEmpty();
        for (String key : keys) {
            assertThat(redis.pttl(key).toCompletableFuture().join()).isBetween(1L, 300_000L);
        }
    }

    /** How a socket is closed that was open before the change of the rate. */
    private static int floodedSocket(ReloadedBackend b) {
        b.restore();
        try (Socket socket = Socket.of(b.person())) {
            b.change(Map.of("BACKEND_SOCKET_FRAMES_PER_SECOND", "1"));
            for (int i = 0; i < 50 && !socket.closed.isDone(); i++) {
                try {
                    socket.send(Map.of("type", "ping"));
                } catch (RuntimeException e) {
                    break; // it is closed
                }
            }
            return socket.awaitClose();
        }
    }

    private static void onePersonHoldsTwoSessions(ReloadedBackend b) {
        SessionRequest request =
                SessionRequest.read("share").user("one").within(Duration.ofSeconds(30));
        try (Session first = database(b).open(request);
                Session second = database(b).open(request)) {
            assertThat(first.info().id()).isNotEqualTo(second.info().id());
        }
    }

    private static void noSessionIsLeft(ReloadedBackend b, String reason) {
        DatabaseManager database = database(b);
        List<Session> all = new ArrayList<>();
        try {
            // What is held too long comes back: without the limit this would go on for ever.
            while (all.size() < 10) {
                all.add(database.open(SessionRequest.read("all of them")));
            }
            fail("sessions are still to be had");
        } catch (DatabaseException e) {
            assertThat(e.getMessage()).contains(reason);
        } finally {
            all.forEach(Session::close);
        }
    }

    private static void timesAreShort(ReloadedBackend b) {
        var jdbc = b.service.get(Database.class).jdbc();
        assertThat(jdbc.sql("SHOW statement_timeout").query(String.class).single()).isEqualTo("1s");
        assertThat(
                        jdbc.sql("SHOW idle_in_transaction_session_timeout")
                                .query(String.class)
                                .single())
                .isEqualTo("2s");
        assertThatThrownBy(() -> jdbc.sql("SELECT pg_sleep(100)").query().singleRow())
                .hasStackTraceContaining("timeout");
        noSessionIsLeft(b, "WAIT");
        b.assertFails("say nothing");
    }
}
