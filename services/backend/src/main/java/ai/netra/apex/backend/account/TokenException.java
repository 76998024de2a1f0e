package ai.netra.apex.backend.account;

import ai.netra.apex.contracts.ErrorCode;

/** A token was refused. */
public final class TokenException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    TokenException(ErrorCode code, String detail) {
        super(detail);
        this.code = code;
    }

    /** {@code UNAUTHENTICATED}, {@code TOKEN_EXPIRED}, or {@code UNAVAILABLE}. */
    public ErrorCode code() {
        return code;
    }

    /** Why, for the person; holds nothing of the token. */
    public String detail() {
        String message = getMessage();
        return message == null ? code.title() : message;
    }
}
