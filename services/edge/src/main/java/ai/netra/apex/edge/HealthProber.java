package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Upstreams;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks every replica again and again whether it is ready, each on a thread of its own, so that one
 * that hangs delays nobody's ejection or return. Thread-safe.
 */
final class HealthProber implements AutoCloseable {
    private final EdgeMetrics metrics;
    private final HttpClient client;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe-", 0).factory());
    private final Map<Replica, Future<?>> watches = new HashMap<>();
    private volatile Upstreams upstreams;

    HealthProber(Upstreams upstreams, EdgeMetrics metrics) {
        this.upstreams = upstreams;
        this.metrics = metrics;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(threads)
                        .build();
    }

    /** Watches exactly the replicas of {@code groups} from now on, each asked at once. */
    synchronized void watch(ReplicaGroups groups, Upstreams how) {
        upstreams = how;
        watches.entrySet()
                .removeIf(
                        watch -> {
                            boolean gone = !groups.contain(watch.getKey());
                            if (gone) {
                                watch.getValue().cancel(true);
                            }
                            return gone;
                        });
        for (ReplicaGroup group : groups.all()) {
            for (Replica replica : group.replicas()) {
                if (watches.containsKey(replica)) {
                    replica.lookSoon();
                } else {
                    watches.put(replica, threads.submit(() -> watch(group.service(), replica)));
                }
            }
        }
    }

    private void watch(String service, Replica replica) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (look(replica, question(service, replica, upstreams))) {
                    metrics.changed(service, replica);
                }
                replica.awaitLook(upstreams.probeInterval());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpRequest question(String service, Replica replica, Upstreams how) {
        String path =
                ReplicaGroups.FRONTEND.equals(service) ? how.frontendHealth() : Upstreams.HEALTH;
        return HttpRequest.newBuilder(URI.create(replica.uri() + path))
                .timeout(how.probeTimeout())
                .build();
    }

    private boolean look(Replica replica, HttpRequest question) throws InterruptedException {
        try {
            return replica.answered(client.send(question, BodyHandlers.discarding()).statusCode());
        } catch (ConnectException e) {
            return replica.silent("cannot be connected to", true);
        } catch (IOException e) {
            return replica.silent("does not answer when asked whether it is ready", false);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}
