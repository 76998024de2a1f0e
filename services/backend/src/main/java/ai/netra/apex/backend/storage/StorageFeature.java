package ai.netra.apex.backend.storage;

import ai.netra.apex.database.DatabaseManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the way to the database together. */
@Configuration(proxyBeanMethods = false)
public class StorageFeature {

    @Bean
    Database database(DatabaseManager manager) {
        return new Database(manager);
    }

    @Bean
    DatabaseProblems databaseProblems() {
        return new DatabaseProblems();
    }
}
