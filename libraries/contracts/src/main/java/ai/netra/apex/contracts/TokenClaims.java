package ai.netra.apex.contracts;

/** Claim names, audiences and roles of the access tokens that the auth service issues. */
public final class TokenClaims {

    /** The session (sign-in) a token belongs to; revoking the session ends all its tokens. */
    public static final String SESSION_ID = "sid";

    /** A JSON array of role names. */
    public static final String ROLES = "roles";

    /** Audience of tokens for a person's use of the API. */
    public static final String AUDIENCE_API = "apex-api";

    /** Audience of tokens by which a service speaks to the auth service. */
    public static final String AUDIENCE_AUTH = "apex-auth";

    public static final String ROLE_USER = "user";
    public static final String ROLE_OPERATOR = "operator";
    public static final String ROLE_ADMIN = "admin";

    private TokenClaims() {}
}
