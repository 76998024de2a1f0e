package ai.netra.apex.edge;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace a request belongs to.
 *
 * @param traceId 32 hexadecimal digits: the correlation id
 * @param header the whole {@code traceparent}
 */
record TraceContext(String traceId, String header) {
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    /**
     * Takes up the trace of {@code traceparent}, or begins one when that is absent or malformed.
     */
    static TraceContext of(@Nullable String traceparent) {
        if (traceparent != null) {
            Matcher matcher = TRACEPARENT.matcher(traceparent);
            if (matcher.matches()) {
                return new TraceContext(matcher.group(1), traceparent);
            }
        }
        // Ids are to be unique, not secret. The last bit keeps them from being all zero.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String trace = "%016x%016x".formatted(random.nextLong(), random.nextLong() | 1);
        String parent = "%016x".formatted(random.nextLong() | 1);
        return new TraceContext(trace, "00-" + trace + "-" + parent + "-01");
    }
}
