package ai.netra.apex.auth.client;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.session.Sessions;
import ai.netra.apex.auth.token.AccessTokens;
import ai.netra.apex.auth.token.RevokedTokens;
import ai.netra.apex.auth.token.SigningKeys;
import ai.netra.apex.auth.token.TokenConfig;
import ai.netra.apex.auth.token.TokenVerifier;
import ai.netra.apex.servicekit.http.ProblemMapping;
import ai.netra.apex.servicekit.http.ProblemWriter;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.servlet.Filter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OidcProviderConfigurationEndpointConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;

/**
 * Spring's authorization server for {@code /oauth2/**} and {@code /.well-known/**}, and for nothing
 * else: its filters stand before no other path.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
public class AuthorizationServer {

    private static final String[] PATHS = {"/oauth2/*", "/.well-known/*"};
    private static final List<String> KEY_AUTHENTICATION = List.of("private_key_jwt");
    private static final List<String> ALGORITHMS = List.of("ES256");

    @Bean
    JWKSource<SecurityContext> publishedKeys(SigningKeys keys) {
        return (selector, context) -> selector.select(keys.published());
    }

    /** For the OpenID endpoints that take an access token themselves. */
    @Bean
    JwtDecoder ownTokens(SigningKeys keys, TokenConfig config) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(
                        JWSAlgorithm.ES256,
                        (selector, context) -> selector.select(keys.published())));
        var decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(JwtValidators.createDefaultWithIssuer(config.issuer().toString()));
        return decoder;
    }

    @Bean
    SecurityFilterChain authorizationServerChain(
            HttpSecurity http,
            TokenConfig config,
            ServiceClients clients,
            AccessTokens tokens,
            TokenVerifier verifier,
            Sessions sessions,
            RevokedTokens revoked,
            AuthDatabaseManager database,
            AuditLog audit,
            Clock clock) {
        var assertions = new AssertionDecoders(clients, database, audit, clock);
        var authorizations =
                new StatelessAuthorizations(
                        clients, verifier, sessions, revoked, database, audit, clock);
        var server = new OAuth2AuthorizationServerConfigurer();
        http.securityMatcher(server.getEndpointsMatcher())
                .with(
                        server,
                        s ->
                                s.registeredClientRepository(clients)
                                        .authorizationService(authorizations)
                                        .authorizationServerSettings(settings(config))
                                        .tokenGenerator(new ServiceTokens(tokens))
                                        .clientAuthentication(
                                                c ->
                                                        c.authenticationProviders(
                                                                keysFrom(assertions)))
                                        .authorizationServerMetadataEndpoint(
                                                m ->
                                                        m.authorizationServerMetadataCustomizer(
                                                                b ->
                                                                        b.claims(
                                                                                AuthorizationServer
                                                                                        ::honest)))
                                        .oidc(
                                                oidc ->
                                                        oidc.providerConfigurationEndpoint(
                                                                AuthorizationServer::discovery)))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(
                        e ->
                                e.authenticationEntryPoint(
                                        new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable);
        return http.build();
    }

    private static AuthorizationServerSettings settings(TokenConfig config) {
        return AuthorizationServerSettings.builder().issuer(config.issuer().toString()).build();
    }

    private static Consumer<List<AuthenticationProvider>> keysFrom(AssertionDecoders assertions) {
        return providers -> {
            for (AuthenticationProvider provider : providers) {
                if (provider instanceof JwtClientAssertionAuthenticationProvider byKey) {
                    byKey.setJwtDecoderFactory(assertions);
                }
            }
        };
    }

    private static void discovery(OidcProviderConfigurationEndpointConfigurer endpoint) {
        endpoint.providerConfigurationCustomizer(
                document -> document.claims(AuthorizationServer::honest));
    }

    /** Discovery lists what the library can do; this leaves what is switched on here. */
    private static void honest(Map<String, Object> claims) {
        claims.put("grant_types_supported", List.of("client_credentials"));
        for (String endpoint : List.of("token", "revocation", "introspection")) {
            claims.put(endpoint + "_endpoint_auth_methods_supported", KEY_AUTHENTICATION);
            claims.put(endpoint + "_endpoint_auth_signing_alg_values_supported", ALGORITHMS);
        }
        claims.computeIfPresent("id_token_signing_alg_values_supported", (key, old) -> ALGORITHMS);
        claims.remove("tls_client_certificate_bound_access_tokens");
        claims.remove("dpop_signing_alg_values_supported");
        claims.remove("userinfo_endpoint");
        claims.remove("end_session_endpoint");
        claims.remove("device_authorization_endpoint");
        claims.remove("pushed_authorization_request_endpoint");
    }

    /** Registered by hand: left alone, Spring Boot would put it before every path. */
    @Bean
    FilterRegistrationBean<Filter> authorizationServerFilters(
            @Qualifier("springSecurityFilterChain") Filter chain) {
        var registration = new FilterRegistrationBean<>(chain);
        registration.addUrlPatterns(PATHS);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 200);
        return registration;
    }

    @Bean
    FilterRegistrationBean<FailureFilter> authorizationServerFailures(
            ProblemWriter problems, List<ProblemMapping> mappings) {
        var registration = new FilterRegistrationBean<>(new FailureFilter(problems, mappings));
        registration.addUrlPatterns(PATHS);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
        return registration;
    }
}
