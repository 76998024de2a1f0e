package ai.netra.apex.servicekit.http;

import ai.netra.apex.contracts.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Turns every exception that leaves a controller into a problem document: known ones into their
 * code, all others into {@code internal} with the details in the log under the correlation id.
 */
@RestControllerAdvice
final class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final int MAX_CAUSES = 16;

    private final ProblemWriter problems;
    private final List<ProblemMapping> mappings;

    ProblemAdvice(ProblemWriter problems, List<ProblemMapping> mappings) {
        this.problems = problems;
        this.mappings = mappings;
    }

    @ExceptionHandler(Throwable.class)
    void handle(Throwable error, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (error instanceof AsyncRequestNotUsableException) {
            return; // The client has gone: nobody is left to answer.
        }
        ApiException answer = map(error);
        if (answer.code() == ErrorCode.INTERNAL) {
            log.error("{} {} failed", request.getMethod(), request.getRequestURI(), error);
        }
        if (error instanceof HttpRequestMethodNotSupportedException e
                && e.getSupportedHttpMethods() != null) {
            response.setHeader(
                    "Allow",
                    e.getSupportedHttpMethods().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(", ")));
        }
        problems.write(request, response, answer);
    }

    private ApiException map(Throwable error) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            ApiException known = mapOne(cause);
            if (known != null) {
                return known;
            }
            cause = cause.getCause();
        }
        return new ApiException(
                ErrorCode.INTERNAL,
                "The request failed for a reason of ours. Try again; if it stays, give the"
                        + " correlation id to the operator.",
                error);
    }

    private @Nullable ApiException mapOne(Throwable error) {
        for (ProblemMapping mapping : mappings) {
            ApiException known = mapping.map(error);
            if (known != null) {
                return known;
            }
        }
        return switch (error) {
            case ApiException e -> e;
            case BodyLimitFilter.BodyTooLargeException e -> e.toApiException();
            // The parser only passes on what reading threw: the cause says more.
            case JacksonIOException _ -> null;
            case UnrecognizedPropertyException e ->
                    ApiException.invalid(
                            pathOf(e), "There is no field called '" + e.getPropertyName() + "'.");
            case DatabindException e when !pathOf(e).isEmpty() ->
                    ApiException.invalid(pathOf(e), "The value has the wrong type or format.");
            case JacksonException e ->
                    new ApiException(
                            ErrorCode.MALFORMED_REQUEST,
                            "The body is not valid JSON (line %d, column %d)."
                                    .formatted(line(e), column(e)));
            case MethodArgumentTypeMismatchException e ->
                    ApiException.invalid(e.getName(), "The value has the wrong format.");
            // Carries the parser's own exception, if it had one: that says more.
            case HttpMessageNotReadableException e when e.getCause() == null ->
                    new ApiException(ErrorCode.MALFORMED_REQUEST, "The body is missing.");
            case ErrorResponse e -> ofStatus(e.getStatusCode().value(), e.getBody().getDetail());
            default -> null;
        };
    }

    /** The answer for a bare status, as containers and Spring give it. */
    static ApiException ofStatus(int status, @Nullable String detail) {
        ErrorCode code =
                switch (status) {
                    case 400 -> ErrorCode.MALFORMED_REQUEST;
                    case 401 -> ErrorCode.UNAUTHENTICATED;
                    case 403 -> ErrorCode.FORBIDDEN;
                    case 404 -> ErrorCode.NOT_FOUND;
                    case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
                    case 406 -> ErrorCode.NOT_ACCEPTABLE;
                    case 409 -> ErrorCode.CONFLICT;
                    case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
                    case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
                    case 422 -> ErrorCode.VALIDATION_FAILED;
                    case 429 -> ErrorCode.RATE_LIMITED;
                    case 503 -> ErrorCode.UNAVAILABLE;
                    case 504 -> ErrorCode.TIMEOUT;
                    default -> status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL;
                };
        return new ApiException(code, detail == null ? code.title() + "." : detail);
    }

    private static String pathOf(DatabindException e) {
        var path = new StringBuilder();
        for (JacksonException.Reference reference : e.getPath()) {
            if (reference.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
            } else {
                path.append('[').append(reference.getIndex()).append(']');
            }
        }
        return path.toString();
    }

    private static int line(JacksonException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    private static int column(JacksonException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
    }
}
