package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.ToolSpec;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The date and time. */
public final class CurrentTime implements Tool {

    private static final DateTimeFormatter SPOKEN =
            DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu, HH:mm", Locale.ENGLISH);

    private final Clock clock;

    public CurrentTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public ToolSpec spec() {
        return Schemas.tool(
                "current_time",
                "The current date and time, in UTC or in a time zone.",
                """
                {"type":"object","properties":{"zone":{"type":"string","maxLength":64,
                 "description":"IANA time zone such as Europe/Berlin; UTC when left out"}}}
                """);
    }

    @Override
    public JsonNode call(JsonNode arguments, ToolContext context) throws ToolException {
        String zone = arguments.path("zone").asString("UTC");
        try {
            ZonedDateTime now = clock.instant().atZone(ZoneId.of(zone));
            return Schemas.object()
                    .put("time", now.toOffsetDateTime().withNano(0).toString())
                    .put("zone", zone)
                    .put("spoken", SPOKEN.format(now));
        } catch (DateTimeException e) {
            throw new ToolException(zone + " is no time zone; use one such as Europe/Berlin", e);
        }
    }
}
