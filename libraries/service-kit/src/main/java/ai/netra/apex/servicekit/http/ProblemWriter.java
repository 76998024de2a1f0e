package ai.netra.apex.servicekit.http;

import ai.netra.apex.contracts.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** Writes problem documents where no controller is at work: filters, error pages. Thread-safe. */
public final class ProblemWriter {

    private final JsonMapper json;

    public ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    /** Answers {@code request} with the error; does nothing when the answer has begun. */
    public void write(HttpServletRequest request, HttpServletResponse response, ApiException error)
            throws IOException {
        write(response, error.toProblem(correlationId(request)));
    }

    void write(HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = json.writeValueAsBytes(problem);
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        if (problem.retryAfterSeconds() != null) {
            response.setHeader("Retry-After", problem.retryAfterSeconds().toString());
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    static String correlationId(HttpServletRequest request) {
        return Objects.requireNonNullElse(Correlations.of(request), "");
    }
}
