package ai.netra.apex.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a value must fulfil beside having its type.
 *
 * @param description completes "must be …"
 * @param suggestion what to do when it is not
 * @param tiers the tiers in which it holds
 * @param accepts whether a value fulfils it
 * @param keywords the same in the words of JSON Schema, each with its JSON; none where it has none
 * @param <T> the value's type
 */
public record Constraint<T>(
        String description,
        String suggestion,
        Set<Tier> tiers,
        Predicate<? super T> accepts,
        Map<String, String> keywords) {
    public Constraint {
        tiers = Set.copyOf(tiers);
        keywords = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
    }
}
