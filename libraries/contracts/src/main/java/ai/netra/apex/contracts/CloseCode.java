package ai.netra.apex.contracts;

/** Why the server closed a WebSocket: the codes above 4000 are the application's own. */
public enum CloseCode {
    /** No or a wrong token within the time allowed. */
    AUTHENTICATION(4000, "authentication failed"),
    /** The token's time is over: fetch a new one and connect again. */
    EXPIRED(4001, "token expired"),
    /** A frame that is not of the protocol. */
    FORMAT(4002, "malformed frame"),
    /** More frames than allowed, or a reader too slow for what it subscribed to. */
    RATE(4003, "rate limit");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    /** A short reason, under the 123 bytes a close frame allows. */
    public String reason() {
        return reason;
    }
}
