package ai.netra.apex.auth.client;

import ai.netra.apex.servicekit.http.ApiException;
import ai.netra.apex.servicekit.http.ProblemMapping;
import ai.netra.apex.servicekit.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers for failures inside the authorization server's filters, which no controller's error
 * mapping sees: a database that is away is 503 here too, not 500.
 */
final class FailureFilter extends OncePerRequestFilter {

    private static final int MAX_CAUSES = 16;

    private final ProblemWriter problems;
    private final List<ProblemMapping> mappings;

    FailureFilter(ProblemWriter problems, List<ProblemMapping> mappings) {
        this.problems = problems;
        this.mappings = List.copyOf(mappings);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (RuntimeException e) {
            ApiException known = known(e);
            if (known == null) {
                throw e;
            }
            problems.write(request, response, known);
        }
    }

    private @Nullable ApiException known(Throwable error) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            if (cause instanceof ApiException api) {
                return api;
            }
            for (ProblemMapping mapping : mappings) {
                ApiException known = mapping.map(cause);
                if (known != null) {
                    return known;
                }
            }
        }
        return null;
    }
}
