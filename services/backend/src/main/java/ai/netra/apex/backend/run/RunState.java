package ai.netra.apex.backend.run;

import java.util.Locale;

/** Where a run is: queued, then running, then one of three ends. */
public enum RunState {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    STOPPED;

    /** The form used on the wire and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RunState ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing more happens. */
    public boolean ended() {
        return this != QUEUED && this != RUNNING;
    }
}
