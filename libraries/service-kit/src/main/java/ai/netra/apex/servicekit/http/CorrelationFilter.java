package ai.netra.apex.servicekit.http;

import ai.netra.apex.contracts.Correlation;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request its correlation id: the trace id of the caller's {@code traceparent} (W3C
 * Trace Context), or a new one. The id is on every log line, in every problem document and in the
 * {@code X-Correlation-Id} header of the answer.
 */
final class CorrelationFilter extends OncePerRequestFilter {

    private static final int TRACEPARENT_LENGTH = 55;
    private static final String ALL_ZERO = "0".repeat(32);

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = Correlations.of(request);
        if (id == null) {
            id = traceIdOf(request.getHeader(Correlation.TRACEPARENT));
            Correlations.set(request, id);
        }
        response.setHeader(Correlation.HEADER, id);
        MDC.put(Correlation.LOG_KEY, id);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(Correlation.LOG_KEY);
        }
    }

    private static String traceIdOf(@Nullable String traceparent) {
        if (traceparent != null
                && traceparent.length() >= TRACEPARENT_LENGTH
                && traceparent.charAt(2) == '-'
                && traceparent.charAt(35) == '-') {
            String id = traceparent.substring(3, 35);
            if (isLowerHex(id) && !id.equals(ALL_ZERO)) {
                return id;
            }
        }
        var random = ThreadLocalRandom.current();
        var hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1);
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
