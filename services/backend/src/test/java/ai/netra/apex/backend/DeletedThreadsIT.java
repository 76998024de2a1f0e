package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.thread.ThreadConfig;
import ai.netra.apex.servicekit.RunningService;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What becomes of a deleted thread: its runs end, and after the undo window it is gone. */
@Tag("GLD-3")
class DeletedThreadsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void deletingAThreadStopsItsRunsOnWhicheverReplicaAndWhetherTheyRunOrWait() {
        Platform platform = Parts.platformApart("deleted_runs");
        var bounds = new RunBounds().running(1).config();
        try (RunningService first =
                        BackendService.start(
                                Platform.with(platform.config(), bounds), ScriptedAgent.class);
                RunningService second =
                        BackendService.start(
                                Platform.with(platform.config(), bounds), ScriptedAgent.class)) {
            Api person = Api.person(first.port());
            Api atSecond = person.at(second.port());
            String thread = person.thread();
            String kept = person.thread();
            String running = atSecond.ask(thread, "count 100000 20");
            String other = person.ask(kept, "hang");
            await().atMost(PATIENCE).until(() -> person.runState(running).equals("running"));
            await().atMost(PATIENCE).until(() -> person.runState(other).equals("running"));
            String waiting = person.ask(thread, "waits for its turn");
            assertThat(person.runState(waiting)).isEqualTo("queued");
            try (Socket socket = Socket.of(person)) {
                socket.subscribe(running, 0);
                socket.await(f -> f.path("sequence").asLong() > 3, "some events");

                assertThat(person.delete("/api/threads/" + thread).status()).isEqualTo(204);

                JsonNode last = socket.awaitEnd(running).getLast();
                assertThat(last.path("type").asString()).isEqualTo("run_stopped");
            }
            assertThat(person.get("/api/runs/" + running).status()).isEqualTo(404);
            assertThat(person.get("/api/threads/" + thread).status()).isEqualTo(404);
            assertThat(person.runState(other)).isEqualTo("running");

            // Had back in time: both ended as stopped, with the text there was.
            assertThat(person.patch("/api/threads/" + thread, Map.of("deleted", false)).status())
                    .isEqualTo(200);
            assertThat(person.runState(running)).isEqualTo("stopped");
            assertThat(person.runState(waiting)).isEqualTo("stopped");
            assertThat(person.messages(thread).get(0).path("status").asString())
                    .isEqualTo("stopped");
            assertThat(person.messages(thread).get(2).path("content").asString())
                    .startsWith("1 2 ");
            person.post("/api/runs/" + other + "/stop", Map.of());
        }
    }

    @Test
    void afterTheUndoWindowADeletedThreadIsRemovedWithAllThatWasInItAndNothingElse()
            throws SQLException {
        Platform platform = Parts.platformApart("deleted_threads");
        var thread = new ThreadConfig(Duration.ofSeconds(1), Duration.ofMillis(200));
        try (RunningService backend =
                BackendService.start(
                        Platform.with(platform.config(), thread), ScriptedAgent.class)) {
            Api person = Api.person(backend.port());
            String gone = person.thread();
            String kept = person.thread();
            for (String each : new String[] {gone, kept}) {
                String run = person.ask(each, "something to remember");
                await().atMost(PATIENCE).until(() -> person.runState(run).equals("completed"));
            }
            assertThat(rowsOf(gone)).isEqualTo(1 + 2 + 1);

            person.delete("/api/threads/" + gone);
            await().atMost(PATIENCE).until(() -> rowsOf(gone) == 0);

            assertThat(person.patch("/api/threads/" + gone, Map.of("deleted", false)).status())
                    .isEqualTo(404);
            assertThat(rowsOf(kept)).isEqualTo(1 + 2 + 1);
            assertThat(person.messages(kept).size()).isEqualTo(2);
        }
    }

    /** The thread's own row, its messages and its runs. */
    private static int rowsOf(String thread) throws SQLException {
        try (Connection connection = Parts.postgres().connect("deleted_threads");
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT (SELECT count(*) FROM thread WHERE id = '%1$s')
                                     + (SELECT count(*) FROM message WHERE thread_id = '%1$s')
                                     + (SELECT count(*) FROM run WHERE thread_id = '%1$s')
                                """
                                        .formatted(thread))) {
            row.next();
            return row.getInt(1);
        }
    }
}
