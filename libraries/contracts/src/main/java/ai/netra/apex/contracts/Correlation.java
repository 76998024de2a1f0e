package ai.netra.apex.contracts;

/** Names by which one request is followed through every service (W3C Trace Context). */
public final class Correlation {

    /** Response header that repeats the correlation id, which is the W3C trace id. */
    public static final String HEADER = "X-Correlation-Id";

    /** Request header of W3C Trace Context: {@code 00-<32 hex>-<16 hex>-<2 hex>}. */
    public static final String TRACEPARENT = "traceparent";

    /** The key under which every log line of a request carries the id. */
    public static final String LOG_KEY = "correlationId";

    private Correlation() {}
}
