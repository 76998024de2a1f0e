package ai.netra.apex.backend.run;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as clients see it.
 *
 * @param messageId the answer it makes
 * @param lastSequence the number of its last event, once it is over
 * @param problem the problem document of a failed run
 */
public record RunView(
        UUID id,
        UUID threadId,
        UUID messageId,
        String model,
        String state,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Long lastSequence,
        @JsonRawValue @Nullable String problem,
        @Nullable Usage usage) {

    /** Whether nothing more happens in it. */
    public boolean over() {
        return RunState.ofWire(state).ended();
    }
}
