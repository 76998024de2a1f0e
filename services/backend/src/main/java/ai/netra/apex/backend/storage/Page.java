package ai.netra.apex.backend.storage;

import ai.netra.apex.servicekit.http.ApiException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextCursor where the next page begins; null on the last one
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    public Page {
        items = List.copyOf(items);
    }

    /** A page of {@code limit} from rows of which one more was asked for than the page holds. */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> items = found.subList(0, limit);
        return new Page<>(items, cursor.apply(items.getLast()));
    }

    /**
     * The page size asked for.
     *
     * @throws ApiException 422 when it is not between 1 and {@code max}
     */
    public static int limit(@Nullable Integer asked, int usual, int max) {
        if (asked == null) {
            return usual;
        }
        if (asked < 1 || asked > max) {
            throw ApiException.invalid("limit", "Between 1 and " + max + ".");
        }
        return asked;
    }
}
