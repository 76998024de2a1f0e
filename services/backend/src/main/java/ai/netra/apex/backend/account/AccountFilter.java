package ai.netra.apex.backend.account;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.database.Priority;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.servicekit.http.ApiException;
import ai.netra.apex.servicekit.http.Correlations;
import ai.netra.apex.servicekit.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets nobody without a valid access token under {@code /api}, and binds who is calling to the
 * database sessions of the request: whose limits apply, and until when. This one filter is all
 * there is before a controller.
 */
final class AccountFilter extends OncePerRequestFilter {

    static final String CALLER = "ai.netra.apex.caller";
    private static final String BEARER = "Bearer ";
    private static final Duration REQUEST_TIME = Duration.ofSeconds(30);

    private final Tokens tokens;
    private final ProblemWriter problems;

    AccountFilter(Tokens tokens, ProblemWriter problems) {
        this.tokens = tokens;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller;
        try {
            String header = request.getHeader("Authorization");
            if (header == null
                    || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    || header.length() == BEARER.length()) {
                throw new TokenException(
                        ErrorCode.UNAUTHENTICATED,
                        "Send an access token: Authorization: Bearer <token>.");
            }
            caller = tokens.verify(header.substring(BEARER.length()).strip());
        } catch (TokenException e) {
            if (e.code().status() == 401) {
                response.setHeader("WWW-Authenticate", "Bearer");
            }
            problems.write(request, response, answer(e));
            return;
        }
        request.setAttribute(CALLER, caller);
        RequestContext context =
                RequestContext.of(caller.userId().toString(), request.getMethod() + " /api")
                        .withPriority(Priority.HIGH)
                        .withCorrelationId(Correlations.of(request));
        // A stream of events lasts longer than any session should wait.
        boolean stream = request.getRequestURI().endsWith("/events");
        passOn(stream ? context : context.within(REQUEST_TIME), request, response, chain);
    }

    private static void passOn(
            RequestContext context,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws ServletException, IOException {
        try {
            context.<Boolean, Exception>call(
                    () -> {
                        chain.doFilter(request, response);
                        return true;
                    });
        } catch (ServletException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private static ApiException answer(TokenException e) {
        return e.code() == ErrorCode.UNAVAILABLE
                ? ApiException.retryAfter(e.code(), e.detail(), Duration.ofSeconds(2))
                : new ApiException(e.code(), e.detail());
    }
}
