package ai.netra.apex.launcher.supervise;

import ai.netra.apex.embedded.ProcessIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One process of the system. Used by one thread at a time, but for {@link #process()}, which any
 * thread may ask.
 */
public interface Part {

    /** The name in {@code status} and of the log file: {@code backend-1}. */
    String name();

    /** The names of the parts that must be ready before this one can be. */
    List<String> needs();

    /** The port it answers on. */
    int port();

    /**
     * Lets its process begin while the parts it needs are still on their way, where it can bear
     * that; {@link #start} follows once they are ready. Does nothing unless a part says otherwise.
     *
     * @param spawned as for {@link #start}
     */
    default void begin(Consumer<ProcessIdentity> spawned) {}

    /**
     * Starts it and returns when it is ready for work. A failed start leaves no process behind.
     *
     * @param spawned told of the process as soon as it exists, so that it is known to others before
     *     it is ready
     * @throws RuntimeException whose message says what went wrong, with the end of its log
     */
    void start(Consumer<ProcessIdentity> spawned);

    /** The process while it runs; empty before the start and after the end. */
    Optional<ProcessIdentity> process();

    /** Asks it to stop, waits, and kills it when the time is over. Does nothing when it is gone. */
    void stop(Duration grace);
}
