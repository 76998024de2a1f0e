package ai.netra.apex.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every listener, in order, on a thread of its own: a listener that takes its time holds up
 * the other listeners, and nobody else. What happens while the queue is full is counted instead of
 * told ({@link Counter#EVENTS_DROPPED}). A listener that throws harms nobody. Thread-safe.
 */
final class EventHub implements AutoCloseable {

    /** How many events may wait to be told. */
    static final int CAPACITY = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** Wakes the thread at the end; tells nothing. */
    private static final Delivery END = new Delivery(null, List.of());

    private record Delivery(
            @Nullable DatabaseEvent event, List<Consumer<DatabaseEvent>> listeners) {}

    private final String name;
    private final Counters counters;
    private final List<Consumer<DatabaseEvent>> books = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Delivery> queue = new LinkedBlockingQueue<>(CAPACITY);

    /** Those of now; an event goes to those of when it happened. */
    private volatile List<Consumer<DatabaseEvent>> listeners = List.of();

    private @Nullable Thread thread;
    private volatile boolean closed;
    private volatile boolean abandoned;

    EventHub(String name, Counters counters) {
        this.name = name;
        this.counters = counters;
    }

    /** For the manager's own books, which are quick: told by the thread where it happens. */
    void addBook(Consumer<DatabaseEvent> book) {
        books.add(book);
    }

    synchronized void add(Consumer<DatabaseEvent> listener) {
        List<Consumer<DatabaseEvent>> more = new ArrayList<>(listeners);
        more.add(listener);
        listeners = List.copyOf(more);
        if (thread == null && !closed) {
            thread = Thread.ofPlatform().daemon().name("database-events-" + name).start(this::loop);
        }
    }

    synchronized void remove(Consumer<DatabaseEvent> listener) {
        listeners = listeners.stream().filter(each -> !each.equals(listener)).toList();
    }

    void tell(DatabaseEvent event) {
        tell(event, books);
        List<Consumer<DatabaseEvent>> to = listeners;
        if (!to.isEmpty() && (closed || !queue.offer(new Delivery(event, to)))) {
            counters.count(Counter.EVENTS_DROPPED);
        }
    }

    private static void tell(DatabaseEvent event, List<Consumer<DatabaseEvent>> listeners) {
        for (Consumer<DatabaseEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException | Error e) {
                LOG.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }

    private void loop() {
        while (!abandoned && !(closed && queue.isEmpty())) {
            try {
                Delivery next = queue.take();
                if (next.event() != null) {
                    tell(next.event(), next.listeners());
                }
            } catch (InterruptedException _) {
                // By a listener, which means nothing here; or at the end, which the loop sees.
            }
        }
    }

    /**
     * Tells what was queued before, for two seconds at most; what is left then is counted as
     * dropped. A listener may call it.
     */
    @Override
    public void close() {
        Thread telling;
        synchronized (this) {
            closed = true;
            telling = thread;
        }
        queue.offer(END);
        if (telling == null || telling == Thread.currentThread()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!telling.join(FAREWELL)) {
                abandoned = true;
                telling.interrupt();
            }
        } catch (InterruptedException _) {
            interrupted = true;
            abandoned = true;
        }
        for (Delivery left = queue.poll(); left != null; left = queue.poll()) {
            if (left.event() != null) {
                counters.count(Counter.EVENTS_DROPPED);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
