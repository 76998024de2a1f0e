package ai.netra.apex.backend.message;

import ai.netra.apex.backend.run.RunModels;
import ai.netra.apex.backend.run.Runs;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.thread.ThreadChanges;
import ai.netra.apex.contracts.UuidV7;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts messages together. */
@Configuration(proxyBeanMethods = false)
@Import(MessageController.class)
public class MessageFeature {

    @Bean
    MessageStore messageStore(Database database) {
        return new MessageStore(database);
    }

    @Bean
    Messages messages(
            Database database,
            MessageStore store,
            Runs runs,
            RunModels models,
            ThreadChanges changes,
            Supplier<MessageConfig> config,
            UuidV7 ids) {
        return new Messages(database, store, runs, models, changes, config, ids);
    }
}
