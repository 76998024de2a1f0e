package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.servicekit.RunningService;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One person sends far more at once than the service has room for. */
class FloodIT {

    /** More than may wait for one person, while the first of them is held. */
    private static final int MESSAGES = 260;

    @Test
    @Tag("SES-1")
    @Tag("SES-3")
    @Tag("ERR-9")
    void aFloodIsServedOrRefusedWithATimeToComeBackAndNobodyElseIsRefused() throws Exception {
        Platform platform = Parts.platformApart("flood");
        try (RunningService backend =
                BackendService.start(platform.config(5), ScriptedAgent.class)) {
            Api flooder = Api.person(backend.port());
            String thread = flooder.thread();
            Api other = Api.person(backend.port());
            String quiet = other.thread();
            var answers = new ArrayList<Future<Api.Answer>>();
            var flooding = new AtomicBoolean(true);
            List<Api.Answer> others = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                    var holder = Parts.postgres().connect(platform.database())) {
                hold(holder, thread);
                Future<?> reading =
                        threads.submit(
                                () -> {
                                    while (flooding.get()) {
                                        others.add(other.get("/api/threads/" + quiet));
                                    }
                                });
                for (int i = 0; i < MESSAGES; i++) {
                    String id = "flood-" + i;
                    answers.add(threads.submit(() -> flooder.say(thread, id, "one of many")));
                }
                await().atMost(Duration.ofSeconds(30)).until(() -> anyRefused(answers));
                holder.rollback();
                for (Future<Api.Answer> answer : answers) {
                    answer.get();
                }
                flooding.set(false);
                reading.get();
            }

            int accepted = 0;
            int refused = 0;
            for (Future<Api.Answer> each : answers) {
                Api.Answer answer = each.get();
                if (answer.status() == 202) {
                    accepted++;
                } else {
                    refused++;
                    assertThat(answer.status()).as(answer.body().toString()).isIn(429, 503);
                    assertThat(answer.body().path("retryable").asBoolean()).isTrue();
                    assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
                }
            }
            assertThat(refused).as("more than there is room for").isPositive();
            assertThat(accepted).isPositive();
            assertThat(others).isNotEmpty().allMatch(answer -> answer.status() == 200);
            int wanted = accepted;
            assertThat(count(platform, "message WHERE role = 'user'")).isEqualTo(wanted);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(count(platform, "run WHERE state = 'completed'"))
                                            .as("what was accepted is answered, however busy it is")
                                            .isEqualTo(wanted));
        }
    }

    /** Holds the thread's row, so that no message to it can be accepted for now. */
    private static void hold(Connection holder, String thread) throws Exception {
        holder.setAutoCommit(false);
        try (var statement = holder.createStatement()) {
            statement.execute("SELECT 1 FROM thread WHERE id = '" + thread + "' FOR UPDATE");
        }
    }

    private static boolean anyRefused(List<Future<Api.Answer>> answers) {
        return answers.stream()
                .filter(Future::isDone)
                .anyMatch(answer -> answer.resultNow().status() != 202);
    }

    private static int count(Platform platform, String rows) throws Exception {
        try (var connection = Parts.postgres().connect(platform.database());
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM " + rows)) {
            row.next();
            return row.getInt(1);
        }
    }
}
