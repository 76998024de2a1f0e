package ai.netra.apex.backend.thread;

import java.util.UUID;
import java.util.function.Consumer;

/** How the run engine is asked to end a run of a deleted thread; the engine provides it. */
@FunctionalInterface
public interface StopRun extends Consumer<UUID> {}
