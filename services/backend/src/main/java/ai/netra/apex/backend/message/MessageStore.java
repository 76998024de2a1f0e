package ai.netra.apex.backend.message;

import ai.netra.apex.backend.run.Usage;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Messages in PostgreSQL. Thread-safe. */
final class MessageStore {

    private static final String COLUMNS =
            """
            m.id, m.thread_id, m.role, m.content, m.created_at, m.status, m.parent_id, m.model, m.run_id,
            m.client_message_id, m.duration_ms, m.input_tokens, m.output_tokens, m.problem, m.steps,
            m.depth, m.sibling_count
            """;

    private static final String ACTIVE_BRANCH =
            "SELECT "
                    + COLUMNS
                    + """
                    FROM message m JOIN thread t ON t.id = m.thread_id
                    WHERE m.thread_id = ? AND m.active AND m.depth < ?
                      AND t.user_id = ? AND t.deleted_at IS NULL
                    ORDER BY m.depth DESC LIMIT ?
                    """;

    private final Database database;

    MessageStore(Database database) {
        this.database = database;
    }

    /** A message and what only the list needs to know of it. */
    record Row(MessageView view, int depth, int siblingCount) {}

    /** The active branch, newest first, from below {@code depth} on. */
    List<Row> activeBranch(UUID threadId, UUID userId, int depth, int limit) {
        List<Row> rows =
                database.jdbc()
                        .sql(ACTIVE_BRANCH)
                        .params(threadId, depth, userId, limit)
                        .query(MessageStore::row)
                        .list();
        return rows.stream().anyMatch(r -> r.siblingCount() > 1) ? withSiblings(rows) : rows;
    }

    boolean threadExists(UUID threadId, UUID userId) {
        return database.jdbc()
                .sql("SELECT 1 FROM thread WHERE id = ? AND user_id = ? AND deleted_at IS NULL")
                .params(threadId, userId)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    private List<Row> withSiblings(List<Row> rows) {
        List<UUID> branched =
                rows.stream().filter(r -> r.siblingCount() > 1).map(r -> r.view().id()).toList();
        Map<UUID, List<UUID>> siblings = new HashMap<>();
        database.jdbc()
                .sql(
                        """
                        SELECT m.id AS of, s.id AS sibling
                        FROM message m JOIN message s ON s.thread_id = m.thread_id
                         AND s.parent_id IS NOT DISTINCT FROM m.parent_id
                        WHERE m.id = ANY (?::uuid[]) ORDER BY s.id
                        """)
                .param(Rows.uuidArray(branched))
                .query(
                        row -> {
                            siblings.computeIfAbsent(Rows.uuid(row, "of"), _ -> new ArrayList<>())
                                    .add(Rows.uuid(row, "sibling"));
                        });
        return rows.stream()
                .map(
                        r -> {
                            List<UUID> all = siblings.get(r.view().id());
                            if (all == null || all.size() < 2) {
                                return r;
                            }
                            int index = all.indexOf(r.view().id()) + 1;
                            var view =
                                    r.view().with(new MessageView.Siblings(index, all.size(), all));
                            return new Row(view, r.depth(), r.siblingCount());
                        })
                .toList();
    }

    /** A thread whose row is held until the transaction ends. */
    record LockedThread(@Nullable UUID activeLeaf, String titleSource) {}

    Optional<LockedThread> lockThread(JdbcClient jdbc, UUID threadId, UUID userId) {
        return jdbc.sql(
                        """
                        SELECT active_leaf_id, title_source FROM thread
                        WHERE id = ? AND user_id = ? AND deleted_at IS NULL FOR UPDATE
                        """)
                .params(threadId, userId)
                .query(
                        (row, _) ->
                                new LockedThread(
                                        Rows.uuidOrNull(row, "active_leaf_id"),
                                        row.getString("title_source")))
                .optional();
    }

    Optional<Row> find(JdbcClient jdbc, UUID threadId, UUID messageId) {
        return jdbc.sql("SELECT " + COLUMNS + "FROM message m WHERE m.thread_id = ? AND m.id = ?")
                .params(threadId, messageId)
                .query(MessageStore::row)
                .optional();
    }

    Optional<Row> findByClientId(JdbcClient jdbc, UUID threadId, String clientMessageId) {
        return jdbc.sql(
                        "SELECT "
                                + COLUMNS
                                + "FROM message m WHERE m.thread_id = ? AND m.client_message_id = ?")
                .params(threadId, clientMessageId)
                .query(MessageStore::row)
                .optional();
    }

    /** The first answer to a user's message: the one its acceptance made. */
    Optional<Row> firstAnswer(JdbcClient jdbc, UUID threadId, UUID questionId) {
        return jdbc.sql(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM message m WHERE m.thread_id = ? AND m.parent_id = ?
                                  AND m.client_message_id IS NULL ORDER BY m.id LIMIT 1
                                """)
                .params(threadId, questionId)
                .query(MessageStore::row)
                .optional();
    }

    /** A message to be added. */
    record NewMessage(
            UUID id,
            UUID threadId,
            UUID userId,
            @Nullable UUID parentId,
            String role,
            String status,
            String content,
            int depth,
            @Nullable String clientMessageId,
            @Nullable UUID runId,
            @Nullable String model) {}

    /** Adds a message that is to be on the active branch; returns it as stored. */
    Row insert(JdbcClient jdbc, NewMessage message) {
        return jdbc.sql(
                        """
                        INSERT INTO message AS m (id, thread_id, user_id, parent_id, role, status, content,
                                                  depth, active, client_message_id, run_id, model)
                        VALUES (:id, :thread, :user, :parent::uuid, :role, :status, :content,
                                :depth, true, :client::text, :run::uuid, :model::text)
                        RETURNING
                        """
                                + COLUMNS)
                .param("id", message.id())
                .param("thread", message.threadId())
                .param("user", message.userId())
                .param("parent", text(message.parentId()))
                .param("role", message.role())
                .param("status", message.status())
                .param("content", message.content())
                .param("depth", message.depth())
                .param("client", message.clientMessageId())
                .param("run", text(message.runId()))
                .param("model", message.model())
                .query(MessageStore::row)
                .single();
    }

    /** Counts the messages with {@code parentId} anew, after one was added; returns how many. */
    int recountSiblings(JdbcClient jdbc, UUID threadId, @Nullable UUID parentId) {
        return jdbc.sql(
                        """
                        WITH family AS (
                            SELECT id, count(*) OVER () AS size FROM message
                            WHERE thread_id = :thread AND parent_id IS NOT DISTINCT FROM :parent::uuid),
                        counted AS (
                            UPDATE message m SET sibling_count = f.size FROM family f
                            WHERE m.thread_id = :thread AND m.id = f.id AND f.size > 1)
                        SELECT coalesce(max(size), 0) FROM family
                        """)
                .param("thread", threadId)
                .param("parent", text(parentId))
                .query(Integer.class)
                .single();
    }

    /** Notes activity, the end of the active branch, and a title if there is none yet. */
    void touchThread(JdbcClient jdbc, UUID threadId, UUID leaf, @Nullable String title) {
        jdbc.sql(
                        """
                        UPDATE thread SET updated_at = now(), active_leaf_id = :leaf,
                            title = coalesce(:title::text, title),
                            title_source = CASE WHEN :title::text IS NULL THEN title_source ELSE 'generated' END
                        WHERE id = :thread
                        """)
                .param("leaf", leaf)
                .param("title", title)
                .param("thread", threadId)
                .update();
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    /** Reads {@link #COLUMNS} by their places: a page has hundreds of values to find. */
    private static Row row(ResultSet row, int index) throws SQLException {
        Long input = Rows.longOrNull(row, 12);
        Long output = Rows.longOrNull(row, 13);
        var view =
                new MessageView(
                        row.getObject(1, UUID.class),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getString(4),
                        Rows.instant(row, 5),
                        row.getString(6),
                        row.getObject(7, UUID.class),
                        row.getString(8),
                        row.getObject(9, UUID.class),
                        row.getString(10),
                        Rows.longOrNull(row, 11),
                        input == null || output == null ? null : new Usage(input, output),
                        row.getString(14),
                        null,
                        row.getString(15));
        return new Row(view, row.getInt(16), row.getInt(17));
    }
}
