package ai.netra.apex.servicekit.http;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/** Where a request carries its correlation id inside the service. */
public final class Correlations {

    private static final String ATTRIBUTE = "ai.netra.apex.correlationId";

    private Correlations() {}

    /** The id of {@code request}, or null before it has one. */
    public static @Nullable String of(ServletRequest request) {
        return (String) request.getAttribute(ATTRIBUTE);
    }

    static void set(ServletRequest request, String id) {
        request.setAttribute(ATTRIBUTE, id);
    }
}
