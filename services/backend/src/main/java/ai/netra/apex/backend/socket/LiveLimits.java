package ai.netra.apex.backend.socket;

import java.util.function.Supplier;

/** The bounds that are in force at the moment. */
interface LiveLimits extends Supplier<Limits> {}
