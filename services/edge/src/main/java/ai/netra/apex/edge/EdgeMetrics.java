package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Tls;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What the edge counts, in Prometheus' text format. Thread-safe. */
final class EdgeMetrics {
    private static final Logger log = Logger.getLogger(EdgeMetrics.class.getName());

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicInteger activeRequests = new AtomicInteger();
    private final AtomicInteger openWebSockets = new AtomicInteger();
    private final AtomicLong bufferedBytes = new AtomicLong();
    private final AtomicLong certificateEnd = new AtomicLong();
    private final Map<Replica, List<Meter>> watched = new HashMap<>();

    EdgeMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        registry.gauge("edge.requests.active", activeRequests);
        registry.gauge("edge.websockets.open", openWebSockets);
        registry.gauge("edge.request.bodies.buffered.bytes", bufferedBytes);
    }

    AtomicInteger activeRequests() {
        return activeRequests;
    }

    AtomicInteger openWebSockets() {
        return openWebSockets;
    }

    AtomicLong bufferedBytes() {
        return bufferedBytes;
    }

    /** Shows the state of exactly these replicas from now on. */
    synchronized void watch(ReplicaGroups groups) {
        watched.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = !groups.contain(entry.getKey());
                            if (gone) {
                                entry.getValue().forEach(registry::remove);
                            }
                            return gone;
                        });
        for (ReplicaGroup group : groups.all()) {
            for (Replica replica : group.replicas()) {
                watched.computeIfAbsent(replica, one -> gauges(group.service(), one));
            }
        }
    }

    private List<Meter> gauges(String service, Replica replica) {
        return List.of(
                Gauge.builder(
                                "edge.replica.ready",
                                replica,
                                r -> r.status() == Replica.Status.READY ? 1 : 0)
                        .tag("service", service)
                        .tag("replica", replica.name())
                        .register(registry),
                Gauge.builder("edge.replica.requests.active", replica, Replica::active)
                        .tag("service", service)
                        .tag("replica", replica.name())
                        .register(registry));
    }

    /** Shows when the certificate in use ends, as seconds since 1970. */
    void certificate(@Nullable Tls tls) {
        if (tls != null) {
            certificateEnd.set(tls.identity().chain().end().getEpochSecond());
            Gauge.builder("edge.tls.certificate.end", certificateEnd, AtomicLong::get)
                    .baseUnit("seconds")
                    .register(registry);
        }
    }

    void served(Route route, int status, Duration took) {
        Timer.builder("edge.requests")
                .tag("service", route.service())
                .tag("status", status / 100 + "xx")
                .register(registry)
                .record(took);
    }

    /** A request was refused by the edge itself. */
    void refused(String code) {
        counter("edge.requests.refused", "code", code).increment();
    }

    /** A connection was closed at once: its client has as many as it may have. */
    void connectionRefused() {
        registry.counter("edge.connections.refused").increment();
    }

    void retried(String service) {
        counter("edge.requests.retried", "service", service).increment();
    }

    /** A replica's status changed: counted and told. */
    void changed(String service, Replica replica) {
        counter("edge.replica.changes", "service", service).increment();
        log.log(
                replica.status() == Replica.Status.READY ? Level.INFO : Level.WARNING,
                "{0} {1} is {2}: {3}",
                new Object[] {service, replica.name(), replica.status(), replica.detail()});
    }

    String scrape() {
        return registry.scrape();
    }

    private Counter counter(String name, String tag, String value) {
        return Counter.builder(name).tag(tag, value).register(registry);
    }
}
