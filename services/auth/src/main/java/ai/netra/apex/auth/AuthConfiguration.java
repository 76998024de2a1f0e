package ai.netra.apex.auth;

import ai.netra.apex.auth.account.AccountController;
import ai.netra.apex.auth.account.Accounts;
import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.client.AuthorizationServer;
import ai.netra.apex.auth.database.AuthDatabaseHealth;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Cleanup;
import ai.netra.apex.auth.database.DatabaseProblems;
import ai.netra.apex.auth.password.HashingProblems;
import ai.netra.apex.auth.password.PasswordHasher;
import ai.netra.apex.auth.request.OriginCheck;
import ai.netra.apex.auth.request.RefreshCookie;
import ai.netra.apex.auth.request.Sources;
import ai.netra.apex.auth.session.CallerGate;
import ai.netra.apex.auth.session.SessionController;
import ai.netra.apex.auth.session.Sessions;
import ai.netra.apex.auth.token.AccessTokens;
import ai.netra.apex.auth.token.RevokedTokens;
import ai.netra.apex.auth.token.SigningKeys;
import ai.netra.apex.auth.token.TokenConfig;
import ai.netra.apex.auth.token.TokenVerifier;
import ai.netra.apex.contracts.UuidV7;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** How the service's parts are put together. */
@Configuration(proxyBeanMethods = false)
@Import({AuthorizationServer.class, AccountController.class, SessionController.class})
class AuthConfiguration {

    @Bean
    TokenConfig tokenConfig(Supplier<AuthConfig> config) {
        return config.get().tokens();
    }

    @Bean
    UuidV7 ids(Clock clock) {
        return new UuidV7(clock, new SecureRandom());
    }

    @Bean
    AuditLog auditLog(UuidV7 ids, MeterRegistry metrics) {
        return new AuditLog(ids, metrics);
    }

    @Bean
    PasswordHasher passwordHasher(Supplier<AuthConfig> config, MeterRegistry metrics) {
        return new PasswordHasher(() -> config.get().passwords(), metrics);
    }

    @Bean
    AccessTokens accessTokens(TokenConfig config, SigningKeys keys, Clock clock) {
        return new AccessTokens(config, keys, clock);
    }

    @Bean
    TokenVerifier tokenVerifier(TokenConfig config, SigningKeys keys, Clock clock) {
        return new TokenVerifier(config, keys, clock);
    }

    @Bean
    RevokedTokens revokedTokens(AuthDatabaseManager database) {
        return new RevokedTokens(database);
    }

    @Bean
    Sessions sessions(
            AuthDatabaseManager database,
            AuditLog audit,
            Supplier<AuthConfig> config,
            UuidV7 ids,
            Clock clock) {
        return new Sessions(database, audit, () -> config.get().sessions(), ids, clock);
    }

    @Bean
    Accounts accounts(
            AuthDatabaseManager database,
            PasswordHasher hasher,
            Sessions sessions,
            AuditLog audit,
            Supplier<AuthConfig> config,
            UuidV7 ids,
            Clock clock) {
        return new Accounts(
                database,
                hasher,
                sessions,
                audit,
                () -> config.get().guard(),
                config.get().accounts(),
                ids,
                clock);
    }

    @Bean
    RefreshCookie refreshCookie(Supplier<AuthConfig> config) {
        return new RefreshCookie(config.get().requests());
    }

    @Bean
    Sources sources(Supplier<AuthConfig> config) {
        return new Sources(config.get().requests());
    }

    @Bean
    CallerGate callerGate(
            TokenVerifier verifier,
            Sessions sessions,
            RevokedTokens revoked,
            Supplier<AuthConfig> config) {
        return new CallerGate(
                verifier, sessions, revoked, new OriginCheck(config.get().requests()));
    }

    @Bean
    AuthDatabaseHealth databaseHealth(AuthDatabaseManager database) {
        return new AuthDatabaseHealth(database);
    }

    @Bean
    DatabaseProblems databaseProblems() {
        return new DatabaseProblems();
    }

    @Bean
    HashingProblems hashingProblems() {
        return new HashingProblems();
    }

    @Bean
    Cleanup cleanup(AuthDatabaseManager database, Supplier<AuthConfig> config, Clock clock) {
        return Cleanup.start(database, config.get().cleanup(), clock);
    }

    @Bean
    WebMvcConfigurer gate(CallerGate gate) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(gate).addPathPatterns("/auth/**");
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(gate);
            }
        };
    }
}
