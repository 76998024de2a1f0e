package ai.netra.apex.servicekit.http;

import ai.netra.apex.contracts.Problem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes problem documents, or what an {@link ErrorShape} puts in their place, where no controller
 * is at work: filters, error pages. Thread-safe.
 */
public final class ProblemWriter {

    private final JsonMapper json;
    private final List<ErrorShape> shapes;

    public ProblemWriter(JsonMapper json, List<ErrorShape> shapes) {
        this.json = json;
        this.shapes = List.copyOf(shapes);
    }

    /** Answers {@code request} with the error; does nothing when the answer has begun. */
    public void write(HttpServletRequest request, HttpServletResponse response, ApiException error)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        Problem problem = error.toProblem(correlationId(request));
        Object shaped = shaped(path(request), problem);
        byte[] body = json.writeValueAsBytes(shaped == null ? problem : shaped);
        response.setStatus(problem.status());
        response.setContentType(shaped == null ? Problem.MEDIA_TYPE : "application/json");
        response.setHeader("Cache-Control", "no-store");
        if (problem.retryAfterSeconds() != null) {
            response.setHeader("Retry-After", problem.retryAfterSeconds().toString());
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private @Nullable Object shaped(String path, Problem problem) {
        return shapes.stream()
                .map(shape -> shape.of(path, problem))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The path that was asked for, also on the container's own way to its error page. */
    private static String path(HttpServletRequest request) {
        Object first = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        return first instanceof String uri ? uri : request.getRequestURI();
    }

    static String correlationId(HttpServletRequest request) {
        return Objects.requireNonNullElse(Correlations.of(request), "");
    }
}
