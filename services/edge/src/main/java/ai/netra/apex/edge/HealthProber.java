package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Upstreams;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Asks every replica again and again whether it is ready, each on a thread of its own, so that one
 * that hangs delays nobody's ejection or return. Thread-safe.
 */
final class HealthProber implements AutoCloseable {
    private final Duration interval;
    private final Duration timeout;
    private final EdgeMetrics metrics;
    private final HttpClient client;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe-", 0).factory());

    HealthProber(Upstreams upstreams, EdgeMetrics metrics) {
        this.interval = upstreams.probeInterval();
        this.timeout = upstreams.probeTimeout();
        this.metrics = metrics;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeout)
                        .executor(threads)
                        .build();
    }

    /** Watches the replicas of {@code group} until closed. */
    void watch(ReplicaGroup group, String path) {
        for (Replica replica : group.replicas()) {
            threads.execute(() -> watch(group.service(), replica, path));
        }
    }

    private void watch(String service, Replica replica, String path) {
        HttpRequest question =
                HttpRequest.newBuilder(URI.create(replica.uri() + path)).timeout(timeout).build();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (look(replica, question)) {
                    metrics.changed(service, replica);
                }
                replica.awaitLook(interval);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
