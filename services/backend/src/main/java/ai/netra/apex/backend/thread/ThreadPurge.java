package ai.netra.apex.backend.thread;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes deleted threads for good when their time to be had back is over. */
final class ThreadPurge implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ThreadPurge.class);
    private static final int AT_ONCE = 100;

    private final ThreadStore store;
    private final Duration interval;
    private final Thread worker;

    ThreadPurge(ThreadStore store, Duration interval) {
        this.store = store;
        this.interval = interval;
        this.worker = Thread.ofVirtual().name("thread-purge").start(this::work);
    }

    private void work() {
        try {
            while (true) {
                Thread.sleep(interval);
                try {
                    int removed = store.purge(AT_ONCE);
                    if (removed > 0) {
                        log.info("removed {} deleted threads for good", removed);
                    }
                } catch (RuntimeException e) {
                    log.warn("deleted threads could not be removed: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
