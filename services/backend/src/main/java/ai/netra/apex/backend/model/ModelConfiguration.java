package ai.netra.apex.backend.model;

import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.reload.ConfigWatcher;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The models and their list. Needs a supplier of {@link ModelsConfig}. */
@Configuration(proxyBeanMethods = false)
@Import(ModelsController.class)
public class ModelConfiguration {

    @Bean(destroyMethod = "close")
    ModelGateway modelGateway(
            Supplier<ModelsConfig> config, ObjectProvider<CallRecord.Observer> observers) {
        List<CallRecord.Observer> all = observers.orderedStream().toList();
        return new ModelGateway(
                config.get(), call -> all.forEach(one -> one.called(call)), Clock.systemUTC());
    }

    @Bean(destroyMethod = "close")
    ModelCatalog modelCatalog(
            Supplier<ModelsConfig> config,
            ModelGateway gateway,
            ObjectProvider<ConfigWatcher> watcher) {
        ModelCatalog catalog = ModelCatalog.start(config, gateway);
        watcher.ifAvailable(
                watched -> watched.manager().onChange((AppConfig _) -> catalog.follow()));
        return catalog;
    }

    @Bean
    ModelsHealth modelsHealth(ModelCatalog catalog) {
        return new ModelsHealth(catalog);
    }
}
