package ai.netra.apex.backend.run;

import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Runs in PostgreSQL. Leases are measured on the database's clock alone; a write of a run's
 * executor carries its fencing token, and changes nothing when another has taken over.
 *
 * <p>Thread-safe.
 */
final class RunStore {

    private final Database database;
    private final UUID replica;
    private final String replicaName;
    private final Duration lease;

    RunStore(Database database, UUID replica, String replicaName, Duration lease) {
        this.database = database;
        this.replica = replica;
        this.replicaName = replicaName;
        this.lease = lease;
    }

    UUID replica() {
        return replica;
    }

    /** What one heartbeat saw of this replica's runs. */
    record Owned(UUID id, boolean stopRequested) {}

    /** Renews the lease and lists the runs this replica owns. */
    List<Owned> heartbeat() {
        return database.inTransaction(
                "run heartbeat",
                jdbc -> {
                    jdbc.sql(
                                    """
                                    INSERT INTO replica (id, name, lease_until)
                                    VALUES (?, ?, now() + make_interval(secs => ?))
                                    ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until
                                    """)
                            .params(replica, replicaName, lease.toMillis() / 1000.0)
                            .update();
                    return jdbc.sql(
                                    """
                                    SELECT id, stop_requested FROM run
                                    WHERE state = 'running' AND owner = ?
                                    """)
                            .param(replica)
                            .query(
                                    (row, _) ->
                                            new Owned(
                                                    Rows.uuid(row, "id"),
                                                    row.getBoolean("stop_requested")))
                            .list();
                });
    }

    /** Ends the lease at once, so that others need not wait for it to run out. */
    void releaseLease() {
        database.jdbc().sql("DELETE FROM replica WHERE id = ?").param(replica).update();
    }

    /**
     * Takes runs that nobody executes: queued ones, those of a replica whose lease has run out, and
     * those given to this replica that it does not have (their accept's answer was lost).
     */
    List<OpenRun> claim(int limit, Collection<UUID> mine) {
        return database.jdbc()
                .sql(
                        """
                        UPDATE run SET state = 'running', owner = :me, fence = fence + 1,
                               attempt = attempt + 1, started_at = coalesce(started_at, now())
                        WHERE id IN (
                            SELECT r.id FROM run r LEFT JOIN replica p ON p.id = r.owner
                            WHERE r.state = 'queued'
                               OR r.state = 'running' AND r.owner <> :me
                                  AND (p.id IS NULL OR p.lease_until < now())
                               OR r.state = 'running' AND r.owner = :me
                                  AND r.started_at < now() - interval '5 seconds'
                                  AND r.id <> ALL (:mine::uuid[])
                            ORDER BY r.created_at LIMIT :limit
                            FOR UPDATE OF r SKIP LOCKED)
                        RETURNING *
                        """)
                .param("me", replica)
                .param("mine", Rows.uuidArray(mine))
                .param("limit", limit)
                .query(RunStore::openRun)
                .list();
    }

    /** Forgets replicas whose lease ran out long ago. */
    void forgetReplicas() {
        database.jdbc()
                .sql("DELETE FROM replica WHERE lease_until < now() - interval '10 minutes'")
                .update();
    }

    /** How many runs of {@code userId} are open; up to {@code limit} are counted. */
    static int openOf(JdbcClient jdbc, UUID userId, int limit) {
        return jdbc.sql(
                        """
                        SELECT count(*) FROM (
                            SELECT 1 FROM run WHERE user_id = ? AND state IN ('queued', 'running') LIMIT ?)
                        """)
                .params(userId, limit)
                .query(Integer.class)
                .single();
    }

    /** How many runs wait; up to {@code limit} are counted. */
    static int queued(JdbcClient jdbc, int limit) {
        return jdbc.sql(
                        """
                        SELECT count(*) FROM (
                            SELECT 1 FROM run WHERE state = 'queued' LIMIT ?)
                        """)
                .param(limit)
                .query(Integer.class)
                .single();
    }

    /** Adds a run: this replica's own, or one that waits for any replica. */
    void insert(JdbcClient jdbc, OpenRun run, boolean mine) {
        jdbc.sql(
                        """
                        INSERT INTO run (id, thread_id, user_id, question_id, answer_id, model, state,
                                         owner, fence, attempt, started_at)
                        VALUES (:id, :thread, :user, :question, :answer, :model, :state,
                                :owner::uuid, :fence, :attempt, CASE WHEN :mine THEN now() END)
                        """)
                .param("id", run.id())
                .param("thread", run.threadId())
                .param("user", run.userId())
                .param("question", run.questionId())
                .param("answer", run.answerId())
                .param("model", run.model())
                .param("state", mine ? "running" : "queued")
                .param("owner", mine ? replica.toString() : null)
                .param("fence", mine ? 1 : 0)
                .param("attempt", mine ? 1 : 0)
                .param("mine", mine)
                .update();
    }

    /** The branch that ends in {@code questionId}, oldest first, answers without text left out. */
    List<ChatTurn> history(OpenRun run, int maxTurns, int maxCharacters) {
        List<ChatTurn> newestFirst =
                database.jdbc()
                        .sql(
                                """
                                WITH RECURSIVE branch AS (
                                    SELECT id, parent_id, role, content, 1 AS distance FROM message
                                    WHERE thread_id = :thread AND id = :question
                                    UNION ALL
                                    SELECT m.id, m.parent_id, m.role, m.content, b.distance + 1
                                    FROM branch b JOIN message m
                                      ON m.thread_id = :thread AND m.id = b.parent_id
                                    WHERE b.distance < :turns)
                                SELECT role, content FROM branch WHERE content <> '' ORDER BY distance
                                """)
                        .param("thread", run.threadId())
                        .param("question", run.questionId())
                        .param("turns", maxTurns)
                        .query(
                                (row, _) ->
                                        new ChatTurn(
                                                row.getString("role").equals("user")
                                                        ? ChatTurn.Role.USER
                                                        : ChatTurn.Role.ASSISTANT,
                                                row.getString("content")))
                        .list();
        var turns = new ArrayList<ChatTurn>();
        int characters = 0;
        for (ChatTurn turn : newestFirst) {
            characters += turn.content().length();
            // The message to answer is always told, however long.
            if (!turns.isEmpty() && characters > maxCharacters) {
                break;
            }
            turns.add(turn);
        }
        Collections.reverse(turns);
        return turns;
    }

    /**
     * How a run ended.
     *
     * @param lastSequence the number its last event has
     * @param steps JSON array, or null when there were none
     * @param problem JSON object of a failed run
     */
    record Ending(
            RunState state,
            long lastSequence,
            String text,
            @Nullable String steps,
            @Nullable String problem,
            Usage usage) {}

    /**
     * Stores the end of a run and its answer, in one statement.
     *
     * @return when it ended; empty when another owner has the run, or it was over already
     */
    Optional<Instant> finish(OpenRun run, Ending ending) {
        return database.jdbc()
                .sql(
                        """
                        WITH ended AS (
                            UPDATE run SET state = :state, ended_at = now(), last_sequence = :last,
                                   problem = :problem::jsonb, input_tokens = :input, output_tokens = :output
                            WHERE id = :id AND fence = :fence AND state = 'running'
                            RETURNING thread_id, answer_id, started_at, ended_at),
                        answered AS (
                            UPDATE message m SET status = :status, content = :text, steps = :steps::jsonb,
                                   problem = :problem::jsonb, input_tokens = :input, output_tokens = :output,
                                   duration_ms = extract(epoch FROM e.ended_at - e.started_at) * 1000
                            FROM ended e WHERE m.thread_id = e.thread_id AND m.id = e.answer_id),
                        touched AS (
                            UPDATE thread t SET updated_at = now() FROM ended e WHERE t.id = e.thread_id)
                        SELECT ended_at FROM ended
                        """)
                .param("state", ending.state().wire())
                .param("last", ending.lastSequence())
                .param("problem", ending.problem())
                .param("input", ending.usage().inputTokens())
                .param("output", ending.usage().outputTokens())
                .param("id", run.id())
                .param("fence", run.fence())
                .param("status", statusOf(ending.state()))
                .param("text", ending.text())
                .param("steps", ending.steps())
                .query((row, _) -> Rows.instant(row, "ended_at"))
                .optional();
    }

    /** When this executor's end of the run was stored, if it was: resolves a lost reply. */
    Optional<Instant> finishedBy(OpenRun run, RunState state) {
        return database.jdbc()
                .sql("SELECT ended_at FROM run WHERE id = ? AND fence = ? AND state = ?")
                .params(run.id(), run.fence(), state.wire())
                .query((row, _) -> Rows.instant(row, "ended_at"))
                .optional();
    }

    /** Asks for a stop; a run that only waits ends at once. */
    void requestStop(UUID runId) {
        database.inTransaction(
                "stop run",
                jdbc -> {
                    jdbc.sql(
                                    """
                                    UPDATE run SET stop_requested = true
                                    WHERE id = ? AND state IN ('queued', 'running')
                                    """)
                            .param(runId)
                            .update();
                    return stopQueued(jdbc, runId);
                });
    }

    private static int stopQueued(JdbcClient jdbc, UUID runId) {
        return jdbc.sql(
                        """
                        WITH ended AS (
                            UPDATE run SET state = 'stopped', fence = fence + 1, last_sequence = 1,
                                   started_at = now(), ended_at = now()
                            WHERE id = ? AND state = 'queued' RETURNING thread_id, answer_id)
                        UPDATE message m SET status = 'stopped', duration_ms = 0
                        FROM ended e WHERE m.thread_id = e.thread_id AND m.id = e.answer_id
                        """)
                .param(runId)
                .update();
    }

    /** A run and what is stored of its answer. */
    record Stored(RunView run, UUID userId, String text, @Nullable String steps, long durationMs) {}

    /** The runs of {@code ids} that are over. */
    List<Stored> ended(Collection<UUID> ids) {
        return database.jdbc()
                .sql(
                        """
                        SELECT r.*, m.content, m.steps, m.duration_ms
                        FROM run r JOIN message m ON m.thread_id = r.thread_id AND m.id = r.answer_id
                        WHERE r.id = ANY (?::uuid[]) AND r.state NOT IN ('queued', 'running')
                        """)
                .param(Rows.uuidArray(ids))
                .query(
                        (row, _) ->
                                new Stored(
                                        view(row),
                                        Rows.uuid(row, "user_id"),
                                        row.getString("content"),
                                        row.getString("steps"),
                                        row.getLong("duration_ms")))
                .list();
    }

    /** A run of {@code userId}, if it is that person's and the thread is not deleted. */
    Optional<RunView> find(UUID runId, UUID userId) {
        return database.jdbc()
                .sql(
                        """
                        SELECT r.* FROM run r JOIN thread t ON t.id = r.thread_id
                        WHERE r.id = ? AND r.user_id = ? AND t.deleted_at IS NULL
                        """)
                .params(runId, userId)
                .query((row, _) -> view(row))
                .optional();
    }

    private static OpenRun openRun(ResultSet row, int index) throws SQLException {
        return new OpenRun(
                Rows.uuid(row, "id"),
                Rows.uuid(row, "thread_id"),
                Rows.uuid(row, "user_id"),
                Rows.uuid(row, "question_id"),
                Rows.uuid(row, "answer_id"),
                row.getString("model"),
                row.getLong("fence"),
                row.getInt("attempt"));
    }

    private static RunView view(ResultSet row) throws SQLException {
        Long input = Rows.longOrNull(row, "input_tokens");
        Long output = Rows.longOrNull(row, "output_tokens");
        return new RunView(
                Rows.uuid(row, "id"),
                Rows.uuid(row, "thread_id"),
                Rows.uuid(row, "answer_id"),
                row.getString("model"),
                row.getString("state"),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                Rows.longOrNull(row, "last_sequence"),
                row.getString("problem"),
                input == null || output == null ? null : new Usage(input, output));
    }

    private static String statusOf(RunState state) {
        return switch (state) {
            case COMPLETED -> "complete";
            case FAILED -> "failed";
            case STOPPED -> "stopped";
            case QUEUED, RUNNING -> throw new IllegalArgumentException("the run is not over");
        };
    }
}
