package ai.netra.apex.database;

import ai.netra.apex.database.admission.GateState;
import ai.netra.apex.database.admission.Refusal;
import ai.netra.apex.resilience.forecast.Forecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns what a manager knows into figures. */
final class Metrics {

    private static final String POOL = "db.client.connection.pool.name";
    private static final String STATE = "db.client.connection.state";

    private Metrics() {}

    static List<MetricValue> of(
            String name,
            GateState gate,
            Pools pools,
            Counters counters,
            List<Route> routes,
            Forecast forecast) {
        List<MetricValue> all = new ArrayList<>();
        Map<String, String> pool = Map.of(POOL, name);
        gauge(all, "db.client.connection.count", Map.of(POOL, name, STATE, "used"), gate.inUse());
        gauge(all, "db.client.connection.count", Map.of(POOL, name, STATE, "idle"), pools.idle());
        gauge(all, "db.client.connection.max", pool, pools.maximum());
        gauge(all, "db.client.connection.idle.max", pool, gate.capacity());
        gauge(all, "db.client.connection.idle.min", pool, gate.capacity());
        gauge(all, "db.client.connection.pending_requests", pool, gate.waiting());
        counter(
                all,
                "db.client.connection.timeouts",
                pool,
                gate.refused().getOrDefault(Refusal.Reason.WAITED_TOO_LONG, 0L));
        gauge(all, "apex.db.session.limit", pool, gate.limit());
        all.add(
                new MetricValue(
                        "apex.db.session.hold_time",
                        MetricValue.Kind.GAUGE,
                        "s",
                        pool,
                        gate.holdNanos() / 1e9));
        gate.refused()
                .forEach(
                        (reason, count) ->
                                counter(
                                        all,
                                        "apex.db.session.refusals",
                                        Map.of(POOL, name, "reason", lower(reason)),
                                        count));
        counters.all().forEach((key, total) -> counter(all, "apex.db." + key, pool, total));
        if (forecast.exhaustion() != null) {
            all.add(
                    new MetricValue(
                            "apex.db.session.exhaustion",
                            MetricValue.Kind.GAUGE,
                            "s",
                            pool,
                            forecast.exhaustion().toSeconds()));
        }
        for (Route route : routes) {
            gauge(
                    all,
                    "apex.db.route.usable",
                    Map.of(POOL, name, "server.address", route.toString()),
                    route.usable() ? 1 : 0);
        }
        return List.copyOf(all);
    }

    private static void gauge(
            List<MetricValue> all, String name, Map<String, String> attributes, double value) {
        all.add(new MetricValue(name, MetricValue.Kind.GAUGE, "{connection}", attributes, value));
    }

    private static void counter(
            List<MetricValue> all, String name, Map<String, String> attributes, double value) {
        all.add(new MetricValue(name, MetricValue.Kind.COUNTER, "1", attributes, value));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
