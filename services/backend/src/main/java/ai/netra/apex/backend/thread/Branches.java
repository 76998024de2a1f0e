package ai.netra.apex.backend.thread;

import ai.netra.apex.backend.storage.Rows;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which of a thread's branches is shown. All methods belong into a transaction that holds the
 * thread's row.
 */
public final class Branches {

    private Branches() {}

    /** The newest message that follows from {@code messageId}, or that itself. */
    static UUID newestLeaf(JdbcClient jdbc, UUID threadId, UUID messageId) {
        return jdbc.sql(
                        """
                        WITH RECURSIVE below AS (
                            SELECT id FROM message WHERE thread_id = :thread AND id = :message
                            UNION ALL
                            SELECT m.id FROM below b JOIN message m
                              ON m.thread_id = :thread AND m.parent_id = b.id)
                        SELECT id FROM below ORDER BY id DESC LIMIT 1
                        """)
                .param("thread", threadId)
                .param("message", messageId)
                .query((row, _) -> Rows.uuid(row, "id"))
                .single();
    }

    /** Makes the path from the root to {@code leaf} the active branch. */
    public static void activate(JdbcClient jdbc, UUID threadId, UUID leaf) {
        jdbc.sql(
                        """
                        WITH RECURSIVE path AS (
                            SELECT id, parent_id FROM message WHERE thread_id = :thread AND id = :leaf
                            UNION ALL
                            SELECT m.id, m.parent_id FROM path p JOIN message m
                              ON m.thread_id = :thread AND m.id = p.parent_id),
                        shown AS (
                            UPDATE message m SET active = NOT m.active
                            WHERE m.thread_id = :thread
                              AND m.active <> (m.id IN (SELECT id FROM path)))
                        UPDATE thread SET active_leaf_id = :leaf WHERE id = :thread
                        """)
                .param("thread", threadId)
                .param("leaf", leaf)
                .update();
    }
}
