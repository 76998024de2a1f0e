package ai.netra.apex.auth.client;

import ai.netra.apex.auth.token.AccessTokens;
import ai.netra.apex.contracts.TokenClaims;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/**
 * Makes services' access tokens, each for one audience: the request's {@code audience}, by default
 * this service. Thread-safe.
 */
final class ServiceTokens implements OAuth2TokenGenerator<Jwt> {

    private static final Set<String> AUDIENCES = Set.of(TokenClaims.AUDIENCE_AUTH);

    private final AccessTokens tokens;

    ServiceTokens(AccessTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public @Nullable Jwt generate(OAuth2TokenContext context) {
        if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())
                || !AuthorizationGrantType.CLIENT_CREDENTIALS.equals(
                        context.getAuthorizationGrantType())) {
            return null;
        }
        var issued =
                tokens.forService(
                        context.getRegisteredClient().getClientId(),
                        audience(context.getAuthorizationGrant()));
        return Jwts.of(issued.value(), issued.claims());
    }

    private static String audience(@Nullable Authentication grant) {
        Object wanted =
                grant instanceof OAuth2ClientCredentialsAuthenticationToken token
                        ? token.getAdditionalParameters().get("audience")
                        : null;
        if (wanted == null) {
            return TokenClaims.AUDIENCE_AUTH;
        }
        if (wanted instanceof String audience && AUDIENCES.contains(audience)) {
            return audience;
        }
        throw new OAuth2AuthenticationException(
                new OAuth2Error("invalid_target", "There is no such audience.", null));
    }
}
