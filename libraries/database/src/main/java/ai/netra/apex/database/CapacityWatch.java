package ai.netra.apex.database;

import ai.netra.apex.database.admission.Gate;
import ai.netra.apex.database.admission.GateState;
import ai.netra.apex.resilience.forecast.Forecast;
import ai.netra.apex.resilience.forecast.Forecaster;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how many of the sessions are in use and tells when they will all be: an event each time
 * the forecast's level changes. {@link #look} is called by one thread; the rest is thread-safe.
 */
final class CapacityWatch {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);

    private final String name;
    private final Gate gate;
    private final EventHub events;
    private final InstantSource clock;
    private final Forecaster forecaster;
    private Forecast.Level told = Forecast.Level.UNKNOWN;

    CapacityWatch(String name, Gate gate, EventHub events, InstantSource clock) {
        this.name = name;
        this.gate = gate;
        this.events = events;
        this.clock = clock;
        this.forecaster = new Forecaster("sessions of " + name, clock);
    }

    /** Takes a sample, and once a minute looks ahead. */
    void look() {
        GateState state = gate.state();
        if (!forecaster.sample(state.inUse(), state.capacity())) {
            return;
        }
        Forecast next = forecaster.forecast();
        if (next.level() == told) {
            return;
        }
        boolean alarm = next.level().compareTo(Forecast.Level.WARNING) >= 0;
        if (alarm || told.compareTo(Forecast.Level.WARNING) >= 0) {
            LOG.warn(
                    "Sessions of '{}': {} of {} in use, {} more an hour, all in {}: {}",
                    name,
                    Math.round(next.used()),
                    Math.round(next.capacity()),
                    "%.2f".formatted(next.growthPerHour()),
                    next.exhaustion(),
                    next.level());
        }
        told = next.level();
        events.tell(new DatabaseEvent.ForecastChanged(clock.instant(), name, next));
    }

    Forecast forecast(Duration window) {
        return forecaster.forecast(window);
    }
}
