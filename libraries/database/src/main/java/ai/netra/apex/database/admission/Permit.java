package ai.netra.apex.database.admission;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The right to one slot. Given back exactly once, by whoever comes first. Thread-safe. */
public final class Permit {

    private final Gate gate;
    private final @Nullable String user;
    private final long grantedAt;
    private final AtomicBoolean released = new AtomicBoolean();

    Permit(Gate gate, @Nullable String user, long grantedAt) {
        this.gate = gate;
        this.user = user;
        this.grantedAt = grantedAt;
    }

    /**
     * Gives the slot back; the next waiter gets it directly.
     *
     * @return whether this call did it; false when it had been given back before
     */
    public boolean release() {
        if (!released.compareAndSet(false, true)) {
            gate.refusedDoubleRelease();
            return false;
        }
        gate.giveBack(this);
        return true;
    }

    /** Whether the slot has been given back. */
    public boolean released() {
        return released.get();
    }

    @Nullable String user() {
        return user;
    }

    long grantedAt() {
        return grantedAt;
    }
}
