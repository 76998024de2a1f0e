package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.netra.apex.database.admission.Gate;
import ai.netra.apex.database.admission.GateRules;
import ai.netra.apex.database.admission.Permit;
import ai.netra.apex.database.admission.Rank;
import ai.netra.apex.resilience.forecast.Forecast;
import ai.netra.apex.resilience.forecast.Forecast.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INF-6")
class CapacityWatchTest {

    private static final int POOL = 20;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final EventHub events = new EventHub("shop", new Counters());
    private final List<Forecast> told = new ArrayList<>();
    private final Gate gate =
            new Gate(
                    new GateRules(POOL, 0, POOL, false, 1, 1, 1_000_000_000L),
                    false,
                    () -> 0,
                    new Random(1),
                    () -> {});
    private final CapacityWatch watch = new CapacityWatch("shop", gate, events, () -> now);

    private void live(Duration time) {
        for (Instant end = now.plus(time); now.isBefore(end); now = now.plusSeconds(5)) {
            watch.look();
        }
        watch.look();
    }

    private Permit take() throws Exception {
        return gate.acquire(null, Rank.NORMAL, 1);
    }

    @Test
    void sessionsThatAreEverMoreAreToldHoursBeforeThereAreNone() throws Exception {
        events.addBook(
                event -> {
                    if (event instanceof DatabaseEvent.ForecastChanged e) {
                        told.add(e.forecast());
                    }
                });
        for (int hour = 0; hour < 9; hour++) {
            for (int n = 0; n < 2; n++) {
                take();
                live(Duration.ofMinutes(30));
            }
        }

        assertThat(told)
                .extracting(Forecast::level)
                .containsExactly(Level.FINE, Level.WARNING, Level.CRITICAL);
        assertThat(told.get(1).exhaustion()).isBetween(Duration.ofHours(2), Duration.ofHours(24));
        Forecast last = watch.forecast(Duration.ofHours(6));
        assertThat(last.growthPerHour()).isCloseTo(2, within(0.1));
        assertThat(last.exhaustion()).isCloseTo(Duration.ofHours(1), Duration.ofMinutes(45));
        assertThat(last.accuracy()).isGreaterThan(0.9);
        assertThat(last.capacity()).isEqualTo(POOL);
        assertThat(last.resource()).isEqualTo("sessions of shop");
    }

    @Test
    void sessionsThatComeBackAreNoTrouble() throws Exception {
        for (int i = 0; i < 6; i++) {
            Permit permit = take();
            live(Duration.ofMinutes(10));
            permit.release();
            live(Duration.ofMinutes(10));
        }

        assertThat(watch.forecast(Duration.ofHours(6)).level()).isEqualTo(Level.FINE);
    }
}
