package ai.netra.apex.backend.apikey;

import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.contracts.UuidV7;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** API keys. */
@Configuration(proxyBeanMethods = false)
@Import(ApiKeyController.class)
public class ApiKeyConfiguration {

    @Bean
    ApiKeys apiKeys(Database database, UuidV7 ids) {
        return new ApiKeys(database, ids);
    }
}
