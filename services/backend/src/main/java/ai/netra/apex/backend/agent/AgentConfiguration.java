package ai.netra.apex.backend.agent;

import ai.netra.apex.backend.apikey.ApiKeyConfiguration;
import ai.netra.apex.backend.guide.Guide;
import ai.netra.apex.backend.model.CallRecord;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.ModelConfiguration;
import ai.netra.apex.backend.model.ModelGateway;
import ai.netra.apex.backend.openai.V1Configuration;
import ai.netra.apex.backend.search.Documentation;
import ai.netra.apex.backend.search.SearchConfiguration;
import ai.netra.apex.backend.search.ThreadSearch;
import ai.netra.apex.backend.tool.CurrentTime;
import ai.netra.apex.backend.tool.ListModels;
import ai.netra.apex.backend.tool.PlatformHealth;
import ai.netra.apex.backend.tool.SearchDocumentation;
import ai.netra.apex.backend.tool.SearchThreads;
import ai.netra.apex.backend.tool.Tool;
import ai.netra.apex.backend.tool.ToolRegistry;
import ai.netra.apex.backend.usage.UsageConfiguration;
import ai.netra.apex.servicekit.health.HealthMonitor;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The executor of runs with its models, tools, search, usage and the endpoint for programs. Needs a
 * {@link ai.netra.apex.backend.model.ModelsConfig}, a {@link
 * ai.netra.apex.backend.usage.UsageConfig} and an {@link AgentConfig}; every {@link Tool} there is
 * becomes part of it.
 */
@Configuration(proxyBeanMethods = false)
@Import({
    ModelConfiguration.class,
    SearchConfiguration.class,
    UsageConfiguration.class,
    ApiKeyConfiguration.class,
    V1Configuration.class
})
public class AgentConfiguration {

    @Bean
    Tool searchDocumentation(Documentation documentation) {
        return new SearchDocumentation(documentation::index);
    }

    @Bean
    Tool searchThreads(ThreadSearch search) {
        return new SearchThreads(search);
    }

    @Bean
    Tool platformHealth(ObjectProvider<HealthMonitor> monitor) {
        return new PlatformHealth(monitor::getObject);
    }

    @Bean
    Tool currentTime() {
        return new CurrentTime(Clock.systemUTC());
    }

    @Bean
    Tool listModels(ModelCatalog catalog) {
        return new ListModels(catalog);
    }

    @Bean(destroyMethod = "close")
    ToolRegistry toolRegistry(List<Tool> tools) {
        return new ToolRegistry(tools);
    }

    @Bean
    Guide guide(ToolRegistry tools, ModelCatalog catalog, Supplier<AgentConfig> config) {
        return new Guide(tools, () -> catalog.models().size() > 1, config.get().guidePause());
    }

    @Bean
    ModelRunExecutor modelRunExecutor(
            Guide guide,
            ModelGateway gateway,
            ModelCatalog catalog,
            ToolRegistry tools,
            Supplier<AgentConfig> config,
            ObjectProvider<CallRecord.Observer> observers) {
        var prompt = new Prompt(Clock.systemUTC());
        var loop = new ToolLoop(gateway, catalog, tools, prompt, () -> config.get().maxSteps());
        List<CallRecord.Observer> all = observers.orderedStream().toList();
        return new ModelRunExecutor(
                guide, loop, call -> all.forEach(one -> one.called(call)), Clock.systemUTC());
    }
}
