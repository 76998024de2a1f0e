package ai.netra.apex.servicekit.http;

import ai.netra.apex.contracts.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Another shape of errors, for paths whose clients were written for one; a bean of this type takes
 * part wherever a problem document would be written: in filters, in controllers and in the
 * container. Thread-safe.
 */
public interface ErrorShape {

    /** The JSON to answer with in place of {@code problem}; null where {@code path} is not ours. */
    @Nullable Object of(String path, Problem problem);
}
