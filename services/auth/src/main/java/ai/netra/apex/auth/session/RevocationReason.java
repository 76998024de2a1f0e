package ai.netra.apex.auth.session;

import java.util.Locale;

/** Why a session ended before its time. */
public enum RevocationReason {
    LOGOUT,
    BY_PERSON,
    PASSWORD_CHANGED,
    ACCOUNT_DELETED,
    TOKEN_REPLAYED,
    TOO_MANY,
    TOKEN_REVOKED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
