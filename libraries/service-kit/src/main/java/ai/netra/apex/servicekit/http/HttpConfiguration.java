package ai.netra.apex.servicekit.http;

import ai.netra.apex.servicekit.HttpServerConfig;
import ai.netra.apex.servicekit.ServiceApplication.ServiceName;
import ai.netra.apex.servicekit.health.ConfigurationHealth;
import ai.netra.apex.servicekit.health.DependencyHealth;
import ai.netra.apex.servicekit.health.HealthController;
import ai.netra.apex.servicekit.health.HealthMonitor;
import ai.netra.apex.servicekit.management.ManagementServer;
import ai.netra.apex.settings.reload.ConfigEndpoint;
import ai.netra.apex.settings.reload.ConfigWatcher;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What every HTTP service of ours has; added by the service's start, not by scanning. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ProblemAdvice.class, ProblemErrorController.class, HealthController.class})
public class HttpConfiguration {

    @Bean
    JsonMapperBuilderCustomizer strictJson() {
        return builder ->
                builder.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                        .changeDefaultPropertyInclusion(
                                include ->
                                        include.withValueInclusion(
                                                com.fasterxml.jackson.annotation.JsonInclude.Include
                                                        .NON_NULL));
    }

    @Bean
    ProblemWriter problemWriter(JsonMapper json, ObjectProvider<ErrorShape> shapes) {
        return new ProblemWriter(json, shapes.orderedStream().toList());
    }

    /** Takes the place of Spring's own. */
    @Bean
    JacksonJsonHttpMessageConverter jsonConverter(JsonMapper json) {
        return new WholeJsonConverter(json);
    }

    @Bean
    FilterRegistrationBean<CorrelationFilter> correlationFilter() {
        var registration = new FilterRegistrationBean<>(new CorrelationFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(
            HttpServerConfig http, ProblemWriter problems) {
        var registration =
                new FilterRegistrationBean<>(new BodyLimitFilter(http.maxBodyBytes(), problems));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    @Bean(destroyMethod = "close")
    HealthMonitor healthMonitor(
            ServiceName name,
            ObjectProvider<DependencyHealth> dependencies,
            ObjectProvider<ConfigWatcher> configuration) {
        var all = new ArrayList<DependencyHealth>(dependencies.orderedStream().toList());
        configuration.ifAvailable(watcher -> all.add(new ConfigurationHealth(watcher)));
        return HealthMonitor.start(name.value(), all);
    }

    @Bean(destroyMethod = "close")
    PrometheusMeterRegistry meterRegistry(ServiceName name) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config()
                .commonTags(List.of(io.micrometer.core.instrument.Tag.of("service", name.value())));
        return registry;
    }

    @Bean(destroyMethod = "close")
    ManagementServer managementServer(
            HttpServerConfig http,
            HealthMonitor health,
            PrometheusMeterRegistry metrics,
            ObjectProvider<ConfigEndpoint> configuration)
            throws IOException {
        return ManagementServer.start(
                http.managementPort(), health, metrics, configuration.getIfAvailable());
    }
}
