package ai.netra.apex.backend.run;

import java.util.UUID;

/** Hears when a run's end is stored. Must return at once. */
@FunctionalInterface
interface RunListener {
    void ended(UUID userId, UUID threadId);
}
