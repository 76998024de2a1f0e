package ai.netra.apex.backend.usage;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Adds up a person's usage. Thread-safe. */
public final class UsageReports {

    /** The longest span of a report, in days. */
    public static final int MAX_DAYS = 400;

    private static final Logger LOG = LoggerFactory.getLogger(UsageReports.class);
    private static final String COLUMNS =
            """
            count() AS calls, countIf(outcome = 'failed') AS failed,
            sum(input_tokens) AS input, sum(output_tokens) AS output
            FROM llm_events
            WHERE user_id = {user:UUID} AND time >= toDateTime64({from:String}, 3, 'UTC')
              AND time < toDateTime64({until:String}, 3, 'UTC')
            """;

    private final @Nullable ClickHouse clickhouse;
    private final UsageRecorder recorder;

    UsageReports(@Nullable ClickHouse clickhouse, UsageRecorder recorder) {
        this.clickhouse = clickhouse;
        this.recorder = recorder;
    }

    /** By which a report is split. */
    public enum By {
        DAY,
        MODEL
    }

    /**
     * The usage of {@code user} from the first to the last of these UTC days. Says so in the report
     * when ClickHouse is away.
     */
    public UsageReport report(UUID user, LocalDate from, LocalDate to, By by) {
        String name = by == By.DAY ? "day" : "model";
        if (clickhouse == null) {
            return unavailable(from, to, name);
        }
        String sql =
                switch (by) {
                    case DAY ->
                            "SELECT toString(toDate(time, 'UTC')) AS day, "
                                    + COLUMNS
                                    + " GROUP BY day ORDER BY day";
                    case MODEL ->
                            "SELECT model, "
                                    + COLUMNS
                                    + " GROUP BY model ORDER BY calls DESC, model LIMIT 200";
                };
        try {
            Map<String, Object> parameters =
                    Map.of(
                            "user",
                            user.toString(),
                            "from",
                            from + " 00:00:00",
                            "until",
                            to.plusDays(1) + " 00:00:00");
            return report(from, to, name, clickhouse.query(sql, parameters));
        } catch (IOException e) {
            LOG.info("A usage report could not be made: {}", e.getMessage());
            return unavailable(from, to, name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unavailable(from, to, name);
        }
    }

    private UsageReport report(LocalDate from, LocalDate to, String by, List<JsonNode> rows) {
        List<UsageReport.Item> items = new ArrayList<>();
        long calls = 0;
        long failed = 0;
        long input = 0;
        long output = 0;
        for (JsonNode row : rows) {
            JsonNode day = row.path("day");
            JsonNode model = row.path("model");
            var item =
                    new UsageReport.Item(
                            day.isString() ? LocalDate.parse(day.stringValue()) : null,
                            model.isString() ? model.stringValue() : null,
                            row.path("calls").asLong(0),
                            row.path("failed").asLong(0),
                            row.path("input").asLong(0),
                            row.path("output").asLong(0));
            items.add(item);
            calls += item.calls();
            failed += item.failed();
            input += item.inputTokens();
            output += item.outputTokens();
        }
        var total = new UsageReport.Item(null, null, calls, failed, input, output);
        return new UsageReport(from, to, by, true, recorder.waiting(), total, items);
    }

    private UsageReport unavailable(LocalDate from, LocalDate to, String by) {
        var nothing = new UsageReport.Item(null, null, 0, 0, 0, 0);
        return new UsageReport(from, to, by, false, recorder.waiting(), nothing, List.of());
    }
}
