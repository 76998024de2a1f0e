package ai.netra.apex.auth.session;

import ai.netra.apex.auth.request.OriginCheck;
import ai.netra.apex.auth.token.RevokedTokens;
import ai.netra.apex.auth.token.TokenVerifier;
import ai.netra.apex.auth.token.VerifiedToken;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.TokenClaims;
import ai.netra.apex.servicekit.http.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Stands before every handler under {@code /auth}: closed unless the handler's {@link Access} says
 * otherwise. One signature check, mostly remembered, and one row of the database; that is all there
 * is on the hot path. Thread-safe.
 */
public final class CallerGate implements HandlerInterceptor, HandlerMethodArgumentResolver {

    private static final String CALLER = CallerGate.class.getName() + ".caller";
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier verifier;
    private final Sessions sessions;
    private final RevokedTokens revoked;
    private final OriginCheck origins;

    public CallerGate(
            TokenVerifier verifier, Sessions sessions, RevokedTokens revoked, OriginCheck origins) {
        this.verifier = verifier;
        this.sessions = sessions;
        this.revoked = revoked;
        this.origins = origins;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        // Tokens, and what is said about people, stay out of every cache.
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!(handler instanceof HandlerMethod method)) {
            return true;
        }
        Access access = method.getMethodAnnotation(Access.class);
        if (access != null && access.value() == Access.Who.SERVICE) {
            requireService(request);
            return true;
        }
        origins.verify(request);
        if (access == null) {
            request.setAttribute(CALLER, requirePerson(request));
        }
        return true;
    }

    private void requireService(HttpServletRequest request) {
        if (!(verify(request) instanceof VerifiedToken.Service service)
                || !service.audience().equals(TokenClaims.AUDIENCE_AUTH)) {
            throw new ApiException(
                    ErrorCode.FORBIDDEN, "Only services of the platform may ask this.");
        }
        if (revoked.contains(service.jti())) {
            throw unauthenticated("This token was revoked.");
        }
    }

    private Caller requirePerson(HttpServletRequest request) {
        if (!(verify(request) instanceof VerifiedToken.Person person)) {
            throw unauthenticated("This token is not a person's.");
        }
        return sessions.live(person.session())
                .filter(live -> live.accountId().equals(person.account()))
                .map(live -> new Caller(live.accountId(), live.sessionId(), live.roles()))
                .orElseThrow(() -> unauthenticated("This session has ended. Sign in again."));
    }

    private VerifiedToken verify(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthenticated("Send an access token in the Authorization header.");
        }
        return switch (verifier.verify(header.substring(SCHEME.length()).strip())) {
            case TokenVerifier.Outcome.Valid(VerifiedToken token) -> token;
            case TokenVerifier.Outcome.Expired() ->
                    throw new ApiException(
                            ErrorCode.TOKEN_EXPIRED,
                            "The access token has expired. Refresh it and try again.");
            case TokenVerifier.Outcome.Invalid() ->
                    throw unauthenticated("The access token is not valid.");
        };
    }

    private static ApiException unauthenticated(String detail) {
        return new ApiException(ErrorCode.UNAUTHENTICATED, detail);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        Object caller = request.getAttribute(CALLER, NativeWebRequest.SCOPE_REQUEST);
        if (caller == null) {
            throw new IllegalStateException(
                    parameter.getMethod() + " asks for the caller although anyone may call it");
        }
        return caller;
    }
}
