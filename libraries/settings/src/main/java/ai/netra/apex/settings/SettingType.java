package ai.netra.apex.settings;

import java.util.Comparator;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How values of one type are written and read.
 *
 * @param name what the reference calls it, for example {@code duration}
 * @param example a value that parses, for messages and the reference
 * @param parser reads a value; throws {@link IllegalArgumentException} whose message completes "X
 *     is …" and does not repeat the value
 * @param formatter writes a value so that the parser reads it back
 * @param order smaller to larger, or null where the type has none
 * @param <T> the type in Java; immutable
 */
public record SettingType<T>(
        String name,
        String example,
        Function<String, T> parser,
        Function<T, String> formatter,
        @Nullable Comparator<T> order) {
    public SettingType {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(example, "example");
        Objects.requireNonNull(parser, "parser");
        Objects.requireNonNull(formatter, "formatter");
    }

    /** Reads one value. */
    public T parse(String text) {
        return parser.apply(text);
    }

    /** Writes one value. */
    public String format(T value) {
        return formatter.apply(value);
    }
}
