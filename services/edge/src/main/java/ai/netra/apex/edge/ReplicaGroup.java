package ai.netra.apex.edge;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyCallback;
import io.undertow.server.handlers.proxy.ProxyClient;
import io.undertow.server.handlers.proxy.ProxyConnection;
import io.undertow.util.WorkerUtils;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one service. A request goes to a ready one that has the fewest requests; where
 * none is ready, to one that at least answers, because its own refusal says more than ours could; a
 * replica that is down is never chosen. What already failed for a request is chosen again only when
 * nothing else is left. Thread-safe.
 */
final class ReplicaGroup implements ProxyClient {
    /** How often a request is tried in all. */
    static final int TRIES = 3;

    private static final ProxyTarget TARGET = new ProxyTarget() {};

    private final String service;
    private final List<Replica> replicas;
    private final Duration connectLimit;
    private final EdgeMetrics metrics;

    ReplicaGroup(
            String service, List<Replica> replicas, Duration connectLimit, EdgeMetrics metrics) {
        this.service = service;
        this.replicas = List.copyOf(replicas);
        this.connectLimit = connectLimit;
        this.metrics = metrics;
    }

    String service() {
        return service;
    }

    List<Replica> replicas() {
        return replicas;
    }

    /** Whether some replica may answer. */
    boolean usable() {
        return replicas.stream().anyMatch(replica -> replica.status() != Replica.Status.DOWN);
    }

    @Override
    public ProxyTarget findTarget(HttpServerExchange exchange) {
        return TARGET;
    }

    @Override
    public void getConnection(
            ProxyTarget target,
            HttpServerExchange exchange,
            ProxyCallback<ProxyConnection> callback,
            long timeout,
            TimeUnit unit) {
        RequestState state = RequestState.of(exchange);
        Replica failed = state.lastTried();
        if (failed != null) {
            failed.lookSoon();
            metrics.retried(service);
        }
        Replica chosen = choose(state);
        if (chosen == null) {
            callback.couldNotResolveBackend(exchange);
            return;
        }
        state.enter(chosen);
        var connecting = new Connecting(state, chosen, callback);
        connecting.limit =
                WorkerUtils.executeAfter(
                        exchange.getIoThread(),
                        () -> connecting.timedOut(exchange),
                        connectLimit.toMillis(),
                        TimeUnit.MILLISECONDS);
        chosen.pool().connect(target, exchange, connecting, timeout, unit, false);
    }

    private @Nullable Replica choose(RequestState state) {
        Replica best = null;
        // Starting anywhere spreads requests over replicas that are equally busy.
        int offset = ThreadLocalRandom.current().nextInt(replicas.size());
        for (int i = 0; i < replicas.size(); i++) {
            Replica candidate = replicas.get((i + offset) % replicas.size());
            if (candidate.status() != Replica.Status.DOWN
                    && (best == null || isBetter(state, candidate, best))) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean isBetter(RequestState state, Replica candidate, Replica best) {
        if (state.hasTried(candidate) != state.hasTried(best)) {
            return state.hasTried(best);
        }
        int byHealth = candidate.status().compareTo(best.status());
        return byHealth != 0 ? byHealth < 0 : candidate.active() < best.active();
    }

    /** One attempt to hand a request to a replica. Used by the request's IO thread only. */
    private final class Connecting implements ProxyCallback<ProxyConnection> {
        private final RequestState state;
        private final Replica replica;
        private final ProxyCallback<ProxyConnection> next;
        private org.xnio.XnioExecutor.@Nullable Key limit;
        private boolean decided;

        Connecting(RequestState state, Replica replica, ProxyCallback<ProxyConnection> next) {
            this.state = state;
            this.replica = replica;
            this.next = next;
        }

        @Override
        public void completed(HttpServerExchange exchange, ProxyConnection result) {
            if (decide()) {
                state.connected(result.getConnection());
                next.completed(exchange, result);
            }
        }

        @Override
        public void failed(HttpServerExchange exchange) {
            if (decide()) {
                if (replica.refusedConnection()) {
                    metrics.changed(service, replica);
                }
                next.failed(exchange);
            }
        }

        @Override
        public void queuedRequestFailed(HttpServerExchange exchange) {
            if (decide()) {
                state.foundFull();
                next.queuedRequestFailed(exchange);
            }
        }

        @Override
        public void couldNotResolveBackend(HttpServerExchange exchange) {
            if (decide()) {
                next.couldNotResolveBackend(exchange);
            }
        }

        void timedOut(HttpServerExchange exchange) {
            if (decide()) {
                replica.lookSoon();
                next.failed(exchange);
            }
        }

        private boolean decide() {
            boolean first = !decided;
            decided = true;
            if (limit != null) {
                limit.remove();
            }
            return first;
        }
    }
}
