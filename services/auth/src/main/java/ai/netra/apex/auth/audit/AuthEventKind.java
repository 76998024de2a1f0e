package ai.netra.apex.auth.audit;

import java.util.Locale;

/** The closed set of things that are kept and counted. */
public enum AuthEventKind {
    REGISTERED,
    LOGIN_SUCCEEDED,
    LOGIN_FAILED,
    LOGIN_REFUSED_LOCKED,
    ACCOUNT_LOCKED,
    LOGGED_OUT,
    SESSION_REVOKED,
    REFRESH_REPLAYED,
    PROFILE_CHANGED,
    PASSWORD_CHANGED,
    ROLES_GRANTED,
    ACCOUNT_EXPORTED,
    ACCOUNT_DELETED,
    ASSERTION_REPLAYED,
    TOKEN_REVOKED;

    /** The form in the database and in metrics: {@code login_failed}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
