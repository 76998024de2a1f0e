package ai.netra.apex.backend.usage;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.servicekit.http.ApiException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/usage}: the caller's own usage. */
@RestController
final class UsageController {

    private static final int DEFAULT_DAYS = 30;

    private final UsageReports reports;
    private final Clock clock = Clock.systemUTC();

    UsageController(UsageReports reports) {
        this.reports = reports;
    }

    @GetMapping("/api/usage")
    UsageReport usage(
            Caller caller,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(defaultValue = "day") String by) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate last = to == null ? today : day("to", to);
        LocalDate first = from == null ? last.minusDays(DEFAULT_DAYS - 1) : day("from", from);
        long days = ChronoUnit.DAYS.between(first, last) + 1;
        if (days < 1 || days > UsageReports.MAX_DAYS) {
            throw ApiException.invalid(
                    "from", "from and to must be 1 to " + UsageReports.MAX_DAYS + " days apart.");
        }
        UsageReports.By split =
                switch (by.toLowerCase(Locale.ROOT)) {
                    case "day" -> UsageReports.By.DAY;
                    case "model" -> UsageReports.By.MODEL;
                    default -> throw ApiException.invalid("by", "by must be day or model.");
                };
        return reports.report(caller.userId(), first, last, split);
    }

    private static LocalDate day(String field, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw ApiException.invalid(field, field + " must be a day such as 2026-01-31.");
        }
    }
}
