package ai.netra.apex.backend.apikey;

import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.Rows;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.servicekit.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes, lists, checks and deletes API keys. Thread-safe. */
public final class ApiKeys {

    /** How many keys a person may have. */
    public static final int MOST_PER_PERSON = 20;

    private static final String MARK = "apex_";
    private static final int RANDOM_BYTES = 32;
    private static final int PREFIX = 12;
    private static final int LENGTH = MARK.length() + 43;

    private final Database database;
    private final UuidV7 ids;
    private final SecureRandom random = new SecureRandom();

    public ApiKeys(Database database, UuidV7 ids) {
        this.database = database;
        this.ids = ids;
    }

    /** A key in the moment of its making, the only one in which it can be seen. */
    public record Made(UUID id, String name, String prefix, String key, Instant createdAt) {
        @Override
        public String toString() {
            return "Made[" + prefix + "…]";
        }
    }

    /**
     * Makes a key for {@code user}.
     *
     * @throws ApiException when the person has as many as allowed
     */
    public Made make(UUID user, String name) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String key = MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String prefix = key.substring(0, PREFIX);
        UUID id = ids.next();
        Instant createdAt =
                database.inTransaction(
                        "create API key",
                        jdbc -> {
                            // Two requests at once must not both see room for the last one.
                            jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:user, 101))")
                                    .param("user", user.toString())
                                    .query(rs -> {});
                            int count =
                                    jdbc.sql("SELECT count(*) FROM api_key WHERE user_id = :user")
                                            .param("user", user)
                                            .query(Integer.class)
                                            .single();
                            if (count >= MOST_PER_PERSON) {
                                throw new ApiException(
                                        ErrorCode.CONFLICT,
                                        "You have "
                                                + MOST_PER_PERSON
                                                + " keys, which is the limit. Delete one first.");
                            }
                            return jdbc.sql(
                                            """
                                            INSERT INTO api_key (id, user_id, name, prefix, digest)
                                            VALUES (:id, :user, :name, :prefix, :digest)
                                            RETURNING created_at
                                            """)
                                    .param("id", id)
                                    .param("user", user)
                                    .param("name", name)
                                    .param("prefix", prefix)
                                    .param("digest", digest(key))
                                    .query((row, number) -> Rows.instant(row, "created_at"))
                                    .single();
                        });
        return new Made(id, name, prefix, key, createdAt);
    }

    /** The keys of {@code user}, newest first. */
    public List<ApiKey> list(UUID user) {
        return database.jdbc()
                .sql(
                        """
                        SELECT id, name, prefix, created_at, last_used_at FROM api_key
                        WHERE user_id = :user ORDER BY created_at DESC, id DESC
                        """)
                .param("user", user)
                .query(
                        (row, number) ->
                                new ApiKey(
                                        Rows.uuid(row, "id"),
                                        row.getString("name"),
                                        row.getString("prefix"),
                                        Rows.instant(row, "created_at"),
                                        Rows.instantOrNull(row, "last_used_at")))
                .list();
    }

    /** Deletes a key of {@code user}; false when there is none by that id. */
    public boolean delete(UUID user, UUID id) {
        return database.jdbc()
                        .sql("DELETE FROM api_key WHERE id = :id AND user_id = :user")
                        .param("id", id)
                        .param("user", user)
                        .update()
                == 1;
    }

    /** Whose key this is; null when it is nobody's. */
    public @Nullable UUID owner(String key) {
        if (key.length() != LENGTH || !key.startsWith(MARK)) {
            return null;
        }
        byte[] digest = digest(key);
        UUID owner =
                database.jdbc()
                        .sql("SELECT user_id FROM api_key WHERE digest = :digest")
                        .param("digest", digest)
                        .query(UUID.class)
                        .optional()
                        .orElse(null);
        if (owner != null) {
            database.jdbc()
                    .sql(
                            """
                            UPDATE api_key SET last_used_at = now() WHERE digest = :digest
                            AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
                            """)
                    .param("digest", digest)
                    .update();
        }
        return owner;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
