package ai.netra.apex.backend.model;

import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The models and their list. Needs a {@link ModelsConfig}. */
@Configuration(proxyBeanMethods = false)
@Import(ModelsController.class)
public class ModelConfiguration {

    @Bean(destroyMethod = "close")
    ModelGateway modelGateway(ModelsConfig config, ObjectProvider<CallRecord.Observer> observers) {
        List<CallRecord.Observer> all = observers.orderedStream().toList();
        return new ModelGateway(
                config, call -> all.forEach(one -> one.called(call)), Clock.systemUTC());
    }

    @Bean(destroyMethod = "close")
    ModelCatalog modelCatalog(ModelsConfig config, ModelGateway gateway) {
        return ModelCatalog.start(config, gateway);
    }

    @Bean
    ModelsHealth modelsHealth(ModelCatalog catalog) {
        return new ModelsHealth(catalog);
    }
}
