package ai.netra.apex.servicekit.http;

import org.jspecify.annotations.Nullable;

/**
 * Translates exceptions of one library into answers; a bean of this type takes part in the error
 * mapping. Thread-safe.
 */
public interface ProblemMapping {

    /** The answer for {@code error}, or null when this mapping does not know it. */
    @Nullable ApiException map(Throwable error);
}
