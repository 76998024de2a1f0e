package ai.netra.apex.edge;

import io.undertow.UndertowOptions;
import io.undertow.client.UndertowClient;
import io.undertow.server.handlers.proxy.ConnectionPoolManager;
import io.undertow.server.handlers.proxy.ProxyConnectionPool;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.OptionMap;

/**
 * One process of a service, its connections and what is known of its health. Thread-safe.
 *
 * <p>States: {@code UNKNOWN} until the first look; {@code READY} after a probe that was answered
 * with success; {@code NOT_READY} when it answers that it is not; {@code DOWN} after a refused
 * connection, or two probes in a row without an answer.
 */
final class Replica {
    /** In order of preference. */
    enum Status {
        READY,
        UNKNOWN,
        NOT_READY,
        DOWN
    }

    private static final int SILENCES = 2;

    private final URI uri;
    private Bounds bounds;
    private volatile ProxyConnectionPool pool;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger silences = new AtomicInteger();
    private final Semaphore wake = new Semaphore(0);
    private volatile Status status = Status.UNKNOWN;
    private volatile String detail = "not looked at yet";

    Replica(URI uri, int connectionsPerThread, Duration idle) {
        this.uri = uri;
        this.bounds = new Bounds(connectionsPerThread, Math.toIntExact(idle.toMillis()));
        this.pool = pool(uri, bounds);
    }

    private static ProxyConnectionPool pool(URI uri, Bounds bounds) {
        return new ProxyConnectionPool(
                bounds,
                uri,
                UndertowClient.getInstance(),
                OptionMap.create(UndertowOptions.ENABLE_HTTP2, false));
    }

    /**
     * Other bounds for requests from now on, with connections of their own. Those of before end
     * with their requests, or once unused for as long as they may be.
     */
    synchronized void change(int connectionsPerThread, Duration idle) {
        var next = new Bounds(connectionsPerThread, Math.toIntExact(idle.toMillis()));
        if (!next.equals(bounds)) {
            bounds = next;
            pool = pool(uri, next);
        }
    }

    URI uri() {
        return uri;
    }

    /** Its host and port. */
    String name() {
        return uri.getAuthority();
    }

    ProxyConnectionPool pool() {
        return pool;
    }

    Status status() {
        return status;
    }

    String detail() {
        return detail;
    }

    int active() {
        return active.get();
    }

    void enter() {
        active.incrementAndGet();
    }

    void leave() {
        active.decrementAndGet();
    }

    /** A probe was answered. Returns whether the status changed. */
    boolean answered(int httpStatus) {
        silences.set(0);
        boolean ready = httpStatus >= 200 && httpStatus < 400;
        return become(
                ready ? Status.READY : Status.NOT_READY,
                ready ? "ready" : "answers " + httpStatus + " when asked whether it is ready");
    }

    /** A probe was not answered. Returns whether the status changed. */
    boolean silent(String why, boolean refused) {
        boolean dead = silences.incrementAndGet() >= SILENCES || refused;
        return dead && become(Status.DOWN, why);
    }

    /** A request could not be handed over: looked at again at once. */
    boolean refusedConnection() {
        boolean changed = become(Status.DOWN, "cannot be connected to");
        lookSoon();
        return changed;
    }

    /** Asks for a probe before its time. */
    void lookSoon() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    /** Waits until the next probe is due. */
    void awaitLook(Duration interval) throws InterruptedException {
        if (wake.tryAcquire(interval.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
        }
    }

    private synchronized boolean become(Status next, String why) {
        boolean changed = status != next;
        status = next;
        detail = why;
        return changed;
    }

    /**
     * The pool's limits. Its own idea of a failing host is switched off: {@link Replica} and its
     * probes decide that.
     */
    private record Bounds(int connections, int idleMillis) implements ConnectionPoolManager {
        @Override
        public int getProblemServerRetry() {
            return -1;
        }

        @Override
        public int getMaxConnections() {
            return connections;
        }

        @Override
        public int getMaxCachedConnections() {
            return connections;
        }

        @Override
        public int getSMaxConnections() {
            return 0;
        }

        @Override
        public long getTtl() {
            return idleMillis;
        }

        @Override
        public int getMaxQueueSize() {
            return 0;
        }

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public boolean handleError() {
            return true;
        }

        @Override
        public boolean clearError() {
            return true;
        }
    }
}
