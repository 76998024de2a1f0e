package ai.netra.apex.servicekit.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at each dependency every two seconds, each on a thread of its own, and keeps what it saw: a
 * question about health is answered from memory and never waits for a dependency that hangs.
 *
 * <p>Thread-safe.
 */
public final class HealthMonitor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final String service;
    private final List<DependencyHealth> dependencies;
    private final Map<String, Health.Dependency> seen = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("health-", 0).factory());
    private volatile boolean draining;

    private HealthMonitor(String service, List<DependencyHealth> dependencies) {
        this.service = service;
        this.dependencies = List.copyOf(dependencies);
    }

    /** Begins to look; returns when each dependency has been looked at once. */
    public static HealthMonitor start(String service, List<DependencyHealth> dependencies) {
        var monitor = new HealthMonitor(service, dependencies);
        List<Future<?>> first =
                monitor.dependencies.stream()
                        .<Future<?>>map(d -> monitor.threads.submit(() -> monitor.look(d)))
                        .toList();
        first.forEach(HealthMonitor::await);
        for (DependencyHealth dependency : monitor.dependencies) {
            monitor.threads.execute(() -> monitor.watch(dependency));
        }
        return monitor;
    }

    /** The health as last seen, at most a few seconds old. */
    public Health health() {
        return Health.of(
                service,
                dependencies.stream().map(d -> seen.get(d.name())).filter(d -> d != null).toList());
    }

    /** Whether requests should come here: usable, and not about to stop. */
    public boolean ready() {
        return !draining && health().usable();
    }

    /** From now on {@link #ready()} says no, so that balancers send no more requests. */
    public void drain() {
        draining = true;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void watch(DependencyHealth dependency) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(INTERVAL);
                look(dependency);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(DependencyHealth dependency) {
        long from = System.nanoTime();
        String status = Health.Status.UP.wire();
        String detail;
        Future<String> check = threads.submit(dependency::check);
        try {
            detail = check.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            check.cancel(true);
            status = Health.Status.DOWN.wire();
            detail = "no answer within " + LIMIT.toSeconds() + " s";
        } catch (ExecutionException e) {
            status = Health.Status.DOWN.wire();
            detail =
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        } catch (InterruptedException e) {
            check.cancel(true);
            Thread.currentThread().interrupt();
            return;
        }
        long millis = Duration.ofNanos(System.nanoTime() - from).toMillis();
        var now =
                new Health.Dependency(
                        dependency.name(),
                        dependency.required(),
                        status,
                        detail,
                        Instant.now(),
                        millis);
        tell(seen.put(dependency.name(), now), now);
    }

    private static void tell(
            Health.@org.jspecify.annotations.Nullable Dependency before, Health.Dependency now) {
        String last = before == null ? Health.Status.UP.wire() : before.status();
        if (!last.equals(now.status())) {
            log.warn("{} is {}: {}", now.name(), now.status(), now.detail());
        }
    }

    private static void await(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CancellationException e) {
            log.warn("a health check failed to run", e);
        }
    }
}
