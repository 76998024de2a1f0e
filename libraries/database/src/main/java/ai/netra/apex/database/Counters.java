package ai.netra.apex.database;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Totals since start. Thread-safe. */
final class Counters {

    private final Map<Counter, LongAdder> totals = new EnumMap<>(Counter.class);

    Counters() {
        for (Counter counter : Counter.values()) {
            totals.put(counter, new LongAdder());
        }
    }

    void count(Counter counter) {
        adder(counter).increment();
    }

    long total(Counter counter) {
        return adder(counter).sum();
    }

    /** By name, in lower case. */
    Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        totals.forEach((key, value) -> all.put(key.name().toLowerCase(Locale.ROOT), value.sum()));
        return all;
    }

    /**
     * How far the books are from balanced: {@code opened - released - reclaimed - live}. Zero, but
     * for sessions that open or close while this looks.
     */
    long reconcile(int live) {
        return total(Counter.SESSIONS_OPENED)
                - total(Counter.SESSIONS_RELEASED)
                - total(Counter.SESSIONS_RECLAIMED)
                - live;
    }

    private LongAdder adder(Counter counter) {
        LongAdder adder = totals.get(counter);
        if (adder == null) {
            throw new IllegalStateException("no total of " + counter);
        }
        return adder;
    }
}
