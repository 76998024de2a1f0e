package ai.netra.apex.auth.request;

/**
 * Where a request came from, for records.
 *
 * @param address the client's address
 * @param userAgent what the client calls itself, cut to a bounded length; may be empty
 * @param correlationId finds the request in logs
 */
public record RequestSource(String address, String userAgent, String correlationId) {

    private static final int MAX_USER_AGENT = 200;

    public RequestSource {
        userAgent =
                userAgent.length() > MAX_USER_AGENT
                        ? userAgent.substring(0, MAX_USER_AGENT)
                        : userAgent;
    }
}
