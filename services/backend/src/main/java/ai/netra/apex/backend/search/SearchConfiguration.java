package ai.netra.apex.backend.search;

import ai.netra.apex.backend.storage.Database;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Search over threads and over the documentation. */
@Configuration(proxyBeanMethods = false)
@Import(SearchController.class)
public class SearchConfiguration {

    @Bean
    ThreadSearch threadSearch(Database database) {
        return new ThreadSearch(database);
    }

    @Bean
    Documentation documentation() {
        return Documentation.load();
    }
}
