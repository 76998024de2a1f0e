package ai.netra.apex.backend.usage;

import ai.netra.apex.backend.model.ToolSpec;
import ai.netra.apex.backend.tool.Tool;
import ai.netra.apex.backend.tool.ToolContext;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The person's own usage by model, as a tool. */
final class GetUsage implements Tool {

    private final UsageReports reports;
    private final Clock clock;

    GetUsage(UsageReports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
    }

    @Override
    public ToolSpec spec() {
        return new ToolSpec(
                "get_usage",
                "How many model calls and tokens the person has used, by model, over the last days"
                        + " including today (UTC).",
                JsonMapper.shared()
                        .readTree(
                                """
                                {"type":"object","properties":{"days":{"type":"integer","minimum":1,
                                 "maximum":400,"description":"how many days back; 30 when left out"}}}
                                """));
    }

    @Override
    public JsonNode call(JsonNode arguments, ToolContext context) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate from = today.minusDays(arguments.path("days").asInt(30) - 1L);
        UsageReport report = reports.report(context.userId(), from, today, UsageReports.By.MODEL);
        return JsonMapper.shared().valueToTree(report);
    }
}
