package ai.netra.apex.auth.session;

import ai.netra.apex.auth.request.RefreshCookie;
import ai.netra.apex.auth.request.RequestSource;
import ai.netra.apex.auth.request.Sources;
import ai.netra.apex.auth.token.AccessTokens;
import ai.netra.apex.auth.token.TokenVerifier;
import ai.netra.apex.auth.token.VerifiedToken;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /auth/refresh}, {@code /auth/logout}, {@code /auth/sessions}, and what services ask. */
@RestController
@RequestMapping("/auth")
public final class SessionController {

    private static final int FEED_PAGE = 1000;

    private final Sessions sessions;
    private final AccessTokens tokens;
    private final TokenVerifier verifier;
    private final RefreshCookie cookie;
    private final Sources sources;

    public SessionController(
            Sessions sessions,
            AccessTokens tokens,
            TokenVerifier verifier,
            RefreshCookie cookie,
            Sources sources) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.verifier = verifier;
        this.cookie = cookie;
        this.sources = sources;
    }

    /** An access token and its life in seconds. */
    public record TokenAnswer(String accessToken, String tokenType, long expiresIn) {
        @Override
        public String toString() {
            return "TokenAnswer[expiresIn=" + expiresIn + "]";
        }
    }

    /** A list as the contract shapes it. */
    public record Listing<T>(List<T> items, @Nullable String nextCursor) {}

    /** A token to look at. */
    public record ValidateRequest(@Nullable String token) {
        @Override
        public String toString() {
            return "ValidateRequest[]";
        }
    }

    /** What a token is worth at this moment; the rest is absent unless it is active. */
    public record Validation(
            boolean active,
            @Nullable UUID userId,
            @Nullable UUID sessionId,
            @Nullable List<String> roles,
            @Nullable Instant expiresAt) {
        static final Validation INACTIVE = new Validation(false, null, null, null, null);
    }

    /** A session that was revoked. */
    public record RevokedSession(UUID sessionId, Instant revokedAt) {}

    @PostMapping("/refresh")
    @Access(Access.Who.ANYONE)
    TokenAnswer refresh(HttpServletRequest request, HttpServletResponse response) {
        String presented =
                cookie.read(request)
                        .orElseThrow(
                                () ->
                                        new ApiException(
                                                ErrorCode.UNAUTHENTICATED,
                                                "There is no session to refresh. Sign in."));
        return switch (sessions.refresh(presented, sources.of(request))) {
            case Sessions.Refreshed.Rotated(Sessions.Continued continued, LiveSession live) -> {
                var token = tokens.forPerson(live.accountId(), live.sessionId(), live.roles());
                cookie.write(response, continued.refreshToken(), continued.life());
                yield new TokenAnswer(token.value(), "Bearer", token.life().toSeconds());
            }
            case Sessions.Refreshed.Refused() -> throw over(response);
            case Sessions.Refreshed.Replayed() -> throw over(response);
        };
    }

    private ApiException over(HttpServletResponse response) {
        cookie.clear(response);
        return new ApiException(
                ErrorCode.UNAUTHENTICATED, "This session has ended. Sign in again.");
    }

    /** Ends the session of the cookie or of the access token; what has ended stays ended. */
    @PostMapping("/logout")
    @Access(Access.Who.ANYONE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void logout(HttpServletRequest request, HttpServletResponse response) {
        RequestSource source = sources.of(request);
        cookie.clear(response);
        cookie.read(request).ifPresent(token -> sessions.logout(token, source));
        bearer(request)
                .ifPresent(
                        person ->
                                sessions.revoke(
                                        person.session(),
                                        person.account(),
                                        RevocationReason.LOGOUT,
                                        source));
    }

    private Optional<VerifiedToken.Person> bearer(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.startsWith("Bearer ")) {
            return Optional.empty();
        }
        return verifier.verify(header.substring("Bearer ".length()).strip())
                                instanceof TokenVerifier.Outcome.Valid(VerifiedToken token)
                        && token instanceof VerifiedToken.Person person
                ? Optional.of(person)
                : Optional.empty();
    }

    @GetMapping("/sessions")
    Listing<ListedSession> sessions(Caller caller) {
        return new Listing<>(sessions.list(caller.accountId(), caller.sessionId()), null);
    }

    @DeleteMapping("/sessions/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(@PathVariable UUID id, Caller caller, HttpServletRequest request) {
        boolean ended =
                sessions.revoke(
                        id, caller.accountId(), RevocationReason.BY_PERSON, sources.of(request));
        if (!ended) {
            throw ApiException.notFound("The session");
        }
    }

    /** Ends all sessions of the caller but the one that asks. */
    @DeleteMapping("/sessions")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revokeOthers(Caller caller, HttpServletRequest request) {
        sessions.revokeOthers(
                caller.accountId(),
                caller.sessionId(),
                RevocationReason.BY_PERSON,
                sources.of(request));
    }

    @PostMapping("/validate")
    @Access(Access.Who.SERVICE)
    Validation validate(@RequestBody ValidateRequest body) {
        if (body.token() == null) {
            throw ApiException.invalid("token", "The token to validate is missing.");
        }
        return verifier.verify(body.token())
                                instanceof TokenVerifier.Outcome.Valid(VerifiedToken token)
                        && token instanceof VerifiedToken.Person person
                ? sessions.live(person.session())
                        .filter(live -> live.accountId().equals(person.account()))
                        .map(
                                live ->
                                        new Validation(
                                                true,
                                                live.accountId(),
                                                live.sessionId(),
                                                live.roles(),
                                                person.expiresAt()))
                        .orElse(Validation.INACTIVE)
                : Validation.INACTIVE;
    }

    /** Sessions revoked after {@code since}, in the order of their commits. */
    @GetMapping("/revocations")
    @Access(Access.Who.SERVICE)
    Listing<RevokedSession> revocations(
            @RequestParam(name = "since", required = false) @Nullable String since) {
        var page = sessions.revocations(cursor(since), FEED_PAGE);
        return new Listing<>(
                page.items().stream()
                        .map(r -> new RevokedSession(r.sessionId(), r.revokedAt()))
                        .toList(),
                Long.toString(page.next()));
    }

    private static long cursor(@Nullable String since) {
        if (since == null || since.isEmpty()) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(since));
        } catch (NumberFormatException e) {
            throw ApiException.invalid("since", "The cursor is not one that was handed out.");
        }
    }
}
