package ai.netra.apex.auth.token;

import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Services' tokens that were revoked one by one (RFC 7009). An answer is remembered for two
 * seconds: services ask with the same token again and again. Thread-safe.
 */
public final class RevokedTokens {

    private static final Duration REMEMBERED = Duration.ofSeconds(2);
    private static final int MAX_REMEMBERED = 1000;

    private final AuthDatabaseManager database;
    private final Cache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).expireAfterWrite(REMEMBERED).build();

    public RevokedTokens(AuthDatabaseManager database) {
        this.database = database;
    }

    /** Whether the token with this id was revoked, at most two seconds ago unnoticed. */
    public boolean contains(String jti) {
        return known.get(jti, this::look);
    }

    private boolean look(String jti) {
        return database.read(
                "revoked token",
                tx ->
                        tx.sql("select 1 from revoked_token where jti = :jti")
                                .param("jti", jti)
                                .query(Integer.class)
                                .optional()
                                .isPresent());
    }

    /** Revokes a token within a transaction. */
    public void add(Transaction tx, VerifiedToken token) {
        tx.sql(
                        """
                        insert into revoked_token (jti, expires_at) values (:jti, :expires)
                        on conflict (jti) do nothing
                        """)
                .param("jti", token.jti())
                .param("expires", tx.time(token.expiresAt()))
                .update();
        tx.afterCommit(() -> known.put(token.jti(), true));
    }
}
