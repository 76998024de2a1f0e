package ai.netra.apex.database;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener; one that throws harms nobody. Thread-safe. */
final class EventHub {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);

    private final List<Consumer<DatabaseEvent>> listeners = new CopyOnWriteArrayList<>();

    void add(Consumer<DatabaseEvent> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<DatabaseEvent> listener) {
        listeners.remove(listener);
    }

    void tell(DatabaseEvent event) {
        for (Consumer<DatabaseEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException | Error e) {
                LOG.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }
}
