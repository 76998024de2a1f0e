package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.apikey.ApiKeys;
import ai.netra.apex.backend.guide.Guide;
import ai.netra.apex.backend.model.CallRecord;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.ModelGateway;
import ai.netra.apex.servicekit.http.ErrorShape;
import java.util.List;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The OpenAI-compatible endpoint. */
@Configuration(proxyBeanMethods = false)
public class V1Configuration {

    /** OpenAI's clients send the slash in a model's id as {@code %2F}, which is refused else. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> slashesInModelIds() {
        return factory ->
                factory.addConnectorCustomizers(
                        connector ->
                                connector.setEncodedSolidusHandling(
                                        EncodedSolidusHandling.PASS_THROUGH.getValue()));
    }

    /** Errors found outside the controller have the shape of those found in it. */
    @Bean
    ErrorShape errorsForPrograms() {
        return (path, problem) -> path.startsWith("/v1/") ? V1Exception.of(problem).body() : null;
    }

    @Bean
    V1Controller v1Controller(
            ObjectProvider<V1Config> config,
            ApiKeys keys,
            ModelCatalog catalog,
            ModelGateway gateway,
            Guide guide,
            ObjectProvider<CallRecord.Observer> observers) {
        List<CallRecord.Observer> all = observers.orderedStream().toList();
        return new V1Controller(
                config.getIfAvailable(() -> V1Config.DEFAULT),
                keys,
                catalog,
                gateway,
                guide,
                call -> all.forEach(one -> one.called(call)));
    }
}
