package ai.netra.apex.backend.search;

import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Full-text search over one person's threads and messages. Thread-safe. */
public final class ThreadSearch {

    /** How many results deep one can page. */
    public static final int DEEPEST = 500;

    /** The longest query, in characters. */
    public static final int MAX_QUERY = 200;

    private static final Pattern LAST_WORD = Pattern.compile("^(.*?)([\\p{L}\\p{N}]{2,})$");
    private static final char START = '\uE000';
    private static final char STOP = '\uE001';
    private static final String VECTOR = "to_tsvector('english', left(m.content, 100000))";

    /** What was typed, or the same with the last word as a beginning. */
    private static final String QUERY =
            "(websearch_to_tsquery('english', :q) || (websearch_to_tsquery('english', :head)"
                    + " && to_tsquery('english', :last)))";

    private static final String SEARCH =
            """
            WITH message_hit AS (
                SELECT m.id, m.thread_id, m.created_at, ts_rank_cd(%1$s, %2$s) AS rank
                FROM message m
                WHERE m.user_id = :user AND %1$s @@ %2$s
                ORDER BY m.created_at DESC LIMIT 2000
            ), best AS (
                SELECT DISTINCT ON (thread_id) thread_id, id, rank, created_at
                FROM message_hit ORDER BY thread_id, rank DESC, created_at DESC
            ), hit AS (
                SELECT t.id AS thread_id, t.title, b.id AS message_id,
                       coalesce(b.created_at, t.updated_at) AS at,
                       coalesce(b.rank, 0) + CASE WHEN t.title ILIKE :title THEN 1 ELSE 0 END AS rank
                FROM thread t LEFT JOIN best b ON b.thread_id = t.id
                WHERE t.user_id = :user AND t.deleted_at IS NULL
                  AND (b.id IS NOT NULL OR t.title ILIKE :title)
                  AND (CAST(:except AS uuid) IS NULL OR t.id <> CAST(:except AS uuid))
                ORDER BY rank DESC, at DESC, t.id LIMIT :limit OFFSET :offset
            )
            SELECT h.thread_id, h.title, h.message_id, h.at, m.role,
                   CASE WHEN m.id IS NULL THEN ''
                        ELSE ts_headline('english', left(m.content, 50000), %2$s, :options) END
                   AS excerpt
            FROM hit h LEFT JOIN message m ON m.id = h.message_id
            ORDER BY h.rank DESC, h.at DESC, h.thread_id
            """
                    .formatted(VECTOR, QUERY);

    private static final String LATEST =
            """
            SELECT t.id AS thread_id, t.title, NULL::uuid AS message_id, t.updated_at AS at,
                   NULL AS role, '' AS excerpt
            FROM thread t
            WHERE t.user_id = :user AND t.deleted_at IS NULL
              AND (CAST(:except AS uuid) IS NULL OR t.id <> CAST(:except AS uuid))
            ORDER BY t.updated_at DESC, t.id LIMIT :limit
            """;

    private final Database database;

    public ThreadSearch(Database database) {
        this.database = database;
    }

    /**
     * One thread that fits.
     *
     * @param messageId its best message; null when only the title fits
     * @param role of that message; null without one
     * @param excerpt of that message, plain text
     * @param highlights where the words are in the excerpt, in UTF-16 units
     * @param time of the message, else of the thread's last activity
     */
    public record Hit(
            UUID threadId,
            String title,
            @Nullable UUID messageId,
            @Nullable String role,
            String excerpt,
            List<Range> highlights,
            Instant time) {
        public Hit {
            highlights = List.copyOf(highlights);
        }
    }

    /** From {@code start} to before {@code end}. */
    public record Range(int start, int end) {}

    /**
     * Threads of {@code user} that fit {@code query}, best first.
     *
     * @param except a thread to leave out; null for none
     * @param offset at most {@link #DEEPEST}
     */
    public List<Hit> search(UUID user, String query, @Nullable UUID except, int limit, int offset) {
        String q = query.replace('\u0000', ' ').strip();
        Matcher word = LAST_WORD.matcher(q);
        boolean typing = word.matches() && q.indexOf('"') < 0;
        String head = typing ? word.group(1) : q;
        String last = typing ? word.group(2) + ":*" : "";
        return database.jdbc()
                .sql(SEARCH)
                .param("user", user)
                .param("q", q)
                .param("head", head)
                .param("last", last)
                .param("title", "%" + q.replaceAll("([\\\\%_])", "\\\\$1") + "%")
                .param("except", except == null ? null : except.toString())
                .param("limit", limit)
                .param("offset", offset)
                .param(
                        "options",
                        "StartSel="
                                + START
                                + ",StopSel="
                                + STOP
                                + ",MaxWords=32,MinWords=12,MaxFragments=2,FragmentDelimiter= … ")
                .query(ThreadSearch::hit)
                .list();
    }

    /** The latest threads of {@code user}. */
    public List<Hit> latest(UUID user, @Nullable UUID except, int limit) {
        return database.jdbc()
                .sql(LATEST)
                .param("user", user)
                .param("except", except == null ? null : except.toString())
                .param("limit", limit)
                .query(ThreadSearch::hit)
                .list();
    }

    private static Hit hit(ResultSet row, int number) throws SQLException {
        String marked = row.getString("excerpt");
        var plain = new StringBuilder();
        List<Range> highlights = new ArrayList<>();
        int start = -1;
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            if (c == START) {
                start = plain.length();
            } else if (c == STOP) {
                if (start >= 0) {
                    highlights.add(new Range(start, plain.length()));
                }
                start = -1;
            } else {
                plain.append(c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
            }
        }
        return new Hit(
                Rows.uuid(row, "thread_id"),
                row.getString("title"),
                Rows.uuidOrNull(row, "message_id"),
                row.getString("role"),
                plain.toString(),
                highlights,
                Rows.instant(row, "at"));
    }
}
