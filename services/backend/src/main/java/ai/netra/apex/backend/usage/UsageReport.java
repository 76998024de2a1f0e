package ai.netra.apex.backend.usage;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's usage.
 *
 * @param from the first day, UTC
 * @param to the last day, UTC, included
 * @param by {@code day} or {@code model}
 * @param available whether ClickHouse answered; without it there are no items
 * @param buffered calls of everybody that this replica still has to deliver
 */
public record UsageReport(
        LocalDate from,
        LocalDate to,
        String by,
        boolean available,
        long buffered,
        Item total,
        List<Item> items) {

    public UsageReport {
        items = List.copyOf(items);
    }

    /**
     * One line of it.
     *
     * @param day null unless by day
     * @param model null unless by model
     */
    public record Item(
            @Nullable LocalDate day,
            @Nullable String model,
            long calls,
            long failed,
            long inputTokens,
            long outputTokens) {}
}
