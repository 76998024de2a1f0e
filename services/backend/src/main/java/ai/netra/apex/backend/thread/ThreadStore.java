package ai.netra.apex.backend.thread;

import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Threads in PostgreSQL. Thread-safe. */
final class ThreadStore {

    private static final String COLUMNS =
            """
            SELECT t.*, (SELECT r.id FROM message m JOIN run r ON r.id = m.run_id
                         WHERE m.thread_id = t.id AND m.id = t.active_leaf_id
                           AND m.status = 'streaming' AND r.state IN ('queued', 'running')) AS running_run
            FROM thread t
            """;

    private final Database database;
    private final Supplier<Duration> undoWindow;

    ThreadStore(Database database, Supplier<Duration> undoWindow) {
        this.database = database;
        this.undoWindow = undoWindow;
    }

    /** Adds a thread unless there is one by that id; returns whether it was added. */
    boolean insert(UUID id, UUID userId, String title) {
        return database.jdbc()
                        .sql(
                                """
                                INSERT INTO thread (id, user_id, title, title_source)
                                VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                                """)
                        .params(id, userId, title, title.isEmpty() ? "none" : "user")
                        .update()
                > 0;
    }

    Optional<ThreadView> find(UUID id, UUID userId) {
        return database.jdbc()
                .sql(COLUMNS + "WHERE t.id = ? AND t.user_id = ? AND t.deleted_at IS NULL")
                .params(id, userId)
                .query(this::view)
                .optional();
    }

    /** A page of the person's threads: pinned first, then latest first. */
    List<ThreadView> list(UUID userId, @Nullable ThreadCursor before, String search, int limit) {
        String where =
                "WHERE t.user_id = :user AND t.deleted_at IS NULL"
                        + (search.isEmpty() ? "" : " AND t.title ILIKE :like")
                        + (before == null
                                ? ""
                                : " AND (t.pinned, t.updated_at, t.id) < (:pinned, :updated, :id)");
        JdbcClient.StatementSpec statement =
                database.jdbc()
                        .sql(
                                COLUMNS
                                        + where
                                        + " ORDER BY t.pinned DESC, t.updated_at DESC, t.id DESC"
                                        + " LIMIT :limit")
                        .param("user", userId)
                        .param("limit", limit);
        if (!search.isEmpty()) {
            statement = statement.param("like", "%" + escapeLike(search) + "%");
        }
        if (before != null) {
            statement =
                    statement
                            .param("pinned", before.pinned())
                            .param("updated", before.updatedAt().atOffset(ZoneOffset.UTC))
                            .param("id", before.id());
        }
        return statement.query(this::view).list();
    }

    /** Renames or pins; null leaves as it is. Returns whether the thread is there. */
    boolean update(UUID id, UUID userId, @Nullable String title, @Nullable Boolean pinned) {
        return database.jdbc()
                        .sql(
                                """
                                UPDATE thread SET
                                    title = coalesce(:title, title),
                                    title_source = CASE WHEN :title::text IS NULL THEN title_source
                                                        WHEN :title = '' THEN 'none' ELSE 'user' END,
                                    pinned = coalesce(:pinned, pinned)
                                WHERE id = :id AND user_id = :user AND deleted_at IS NULL
                                """)
                        .param("title", title, java.sql.Types.VARCHAR)
                        .param("pinned", pinned, java.sql.Types.BOOLEAN)
                        .param("id", id)
                        .param("user", userId)
                        .update()
                > 0;
    }

    /** Shows the branch through {@code messageId}, down to its newest end. */
    boolean activate(UUID id, UUID userId, UUID messageId) {
        return database.inTransaction(
                "show branch",
                jdbc -> {
                    boolean there =
                            jdbc.sql(
                                            """
                                            SELECT 1 FROM thread t JOIN message m ON m.thread_id = t.id
                                            WHERE t.id = ? AND t.user_id = ? AND t.deleted_at IS NULL
                                              AND m.id = ? FOR UPDATE OF t
                                            """)
                                    .params(id, userId, messageId)
                                    .query(Integer.class)
                                    .optional()
                                    .isPresent();
                    if (there) {
                        Branches.activate(jdbc, id, Branches.newestLeaf(jdbc, id, messageId));
                    }
                    return there;
                });
    }

    /** Marks as deleted; returns the runs still open there, empty when no such thread. */
    Optional<List<UUID>> delete(UUID id, UUID userId) {
        return database.inTransaction(
                "delete thread",
                jdbc -> {
                    int found =
                            jdbc.sql(
                                            """
                                            UPDATE thread SET deleted_at = now()
                                            WHERE id = ? AND user_id = ? AND deleted_at IS NULL
                                            """)
                                    .params(id, userId)
                                    .update();
                    if (found == 0) {
                        return Optional.empty();
                    }
                    return Optional.of(
                            jdbc.sql(
                                            """
                                            UPDATE run SET stop_requested = true
                                            WHERE thread_id = ? AND state IN ('queued', 'running')
                                            RETURNING id
                                            """)
                                    .param(id)
                                    .query((row, _) -> Rows.uuid(row, "id"))
                                    .list());
                });
    }

    boolean restore(UUID id, UUID userId) {
        return database.jdbc()
                        .sql(
                                """
                                UPDATE thread SET deleted_at = NULL
                                WHERE id = ? AND user_id = ? AND deleted_at IS NOT NULL
                                  AND deleted_at > now() - make_interval(secs => ?)
                                """)
                        .params(id, userId, undoWindow.get().toMillis() / 1000.0)
                        .update()
                > 0;
    }

    /** Removes for good what was deleted longer ago than the window; returns how many. */
    int purge(int limit) {
        return database.jdbc()
                .sql(
                        """
                        DELETE FROM thread WHERE id IN (
                            SELECT id FROM thread
                            WHERE deleted_at < now() - make_interval(secs => ?)
                            LIMIT ? FOR UPDATE SKIP LOCKED)
                        """)
                .params(undoWindow.get().toMillis() / 1000.0, limit)
                .update();
    }

    private ThreadView view(ResultSet row, int index) throws SQLException {
        Instant deletedAt = Rows.instantOrNull(row, "deleted_at");
        return new ThreadView(
                Rows.uuid(row, "id"),
                row.getString("title"),
                row.getString("title_source"),
                row.getBoolean("pinned"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.uuidOrNull(row, "active_leaf_id"),
                Rows.uuidOrNull(row, "running_run"),
                deletedAt,
                deletedAt == null ? null : deletedAt.plus(undoWindow.get()));
    }

    private static String escapeLike(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }
}
