package ai.netra.apex.backend.account;

import ai.netra.apex.servicekit.http.ProblemWriter;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Puts the check of access tokens together. */
@Configuration(proxyBeanMethods = false)
public class AccountFeature implements WebMvcConfigurer {

    private static final int AFTER_BODY_LIMIT = Ordered.HIGHEST_PRECEDENCE + 100;

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerResolver());
    }

    @Bean(destroyMethod = "close")
    HttpClient authHttp() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(1))
                .build();
    }

    @Bean(destroyMethod = "close")
    Sessions sessions(HttpClient authHttp, AccountConfig config, JsonMapper json) {
        AuthClient client =
                config.clientKey() == null
                        ? null
                        : new AuthClient(authHttp, config, json, Clock.systemUTC());
        return new Sessions(client, config.revocationPoll(), json, Clock.systemUTC());
    }

    @Bean
    Tokens tokens(HttpClient authHttp, Sessions sessions, AccountConfig config) {
        return new Tokens(
                new SigningKeys(authHttp, config.authUrl()),
                sessions,
                config.issuer(),
                config.maxCachedTokens(),
                Clock.systemUTC());
    }

    @Bean
    AuthHealth authHealth(Sessions sessions) {
        return new AuthHealth(sessions);
    }

    @Bean
    FilterRegistrationBean<AccountFilter> accountFilter(Tokens tokens, ProblemWriter problems) {
        var registration = new FilterRegistrationBean<>(new AccountFilter(tokens, problems));
        registration.setOrder(AFTER_BODY_LIMIT);
        registration.addUrlPatterns("/api/*");
        return registration;
    }
}
