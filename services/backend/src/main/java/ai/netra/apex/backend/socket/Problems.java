package ai.netra.apex.backend.socket;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.servicekit.http.ApiException;
import ai.netra.apex.servicekit.http.ProblemMapping;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns exceptions into problem documents for frames, as it is done for HTTP. Thread-safe. */
final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final int MAX_CAUSES = 16;

    private final List<ProblemMapping> mappings;

    Problems(List<ProblemMapping> mappings) {
        this.mappings = List.copyOf(mappings);
    }

    Problem of(Throwable error, String correlationId) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof ApiException known) {
                return known.toProblem(correlationId);
            }
            for (ProblemMapping mapping : mappings) {
                ApiException known = mapping.map(cause);
                if (known != null) {
                    return known.toProblem(correlationId);
                }
            }
            cause = cause.getCause();
        }
        log.error("a frame could not be handled (correlation id {})", correlationId, error);
        return Problem.of(
                ErrorCode.INTERNAL,
                "It failed for a reason of ours. Try again; if it stays, give the correlation id"
                        + " to the operator.",
                correlationId);
    }
}
