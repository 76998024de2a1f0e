package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Tls;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.Methods;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one configuration makes of requests. A request stays with the wiring it came into, to its
 * end; a new configuration is a new wiring for those that come after.
 */
record Wiring(EdgeConfig config, ReplicaGroups groups, OwnHealth health, HttpHandler door) {

    /**
     * What every wiring of a process works with.
     *
     * @param tlsPort the port of HTTPS, once it is open
     * @param newestInForce whether the newest configuration is the one in force
     */
    record Shared(
            EdgeMetrics metrics,
            Ledger ledger,
            IntSupplier tlsPort,
            BooleanSupplier newestInForce) {}

    static Wiring of(EdgeConfig config, @Nullable ReplicaGroups before, Shared shared) {
        var problems = new Problems(config.timeouts(), shared.metrics());
        ReplicaGroups groups = ReplicaGroups.of(config, before, shared.metrics());
        var health = new OwnHealth(groups.all(), shared.ledger(), problems, shared.newestInForce());
        Tls tls = config.tls();
        var door =
                new FrontDoor(
                        new RequestRules(config.limits()),
                        new ForwardedHeaders(config.trust()),
                        new SecurityHeaders(tls == null ? Duration.ZERO : tls.hsts()),
                        problems,
                        shared.ledger(),
                        config.timeouts().write(),
                        tls != null && tls.redirect() ? new HttpsRedirect(shared.tlsPort()) : null,
                        routes(config, groups, health, problems, shared));
        return new Wiring(config, groups, health, door);
    }

    private static Map<Route, HttpHandler> routes(
            EdgeConfig config,
            ReplicaGroups groups,
            OwnHealth health,
            Problems problems,
            Shared shared) {
        HttpHandler backend = proxy(groups.backend(), config, problems, shared.metrics());
        return Map.of(
                Route.FRONTEND,
                proxy(groups.frontend(), config, problems, shared.metrics()),
                Route.BACKEND,
                backend,
                Route.AUTH,
                proxy(groups.auth(), config, problems, shared.metrics()),
                Route.OWN,
                health,
                Route.WEBSOCKET,
                new SocketHandler(
                        backend,
                        config.trust().origins(),
                        config.limits().webSockets(),
                        shared.ledger(),
                        problems));
    }

    private static HttpHandler proxy(
            ReplicaGroup group, EdgeConfig config, Problems problems, EdgeMetrics metrics) {
        var safe = Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS);
        HttpHandler proxy =
                ProxyHandler.builder()
                        .setProxyClient(group)
                        .setMaxRequestTime(Math.toIntExact(config.timeouts().request().toMillis()))
                        .setMaxConnectionRetries(ReplicaGroup.TRIES - 1)
                        .setIdempotentRequestPredicate(
                                exchange -> safe.contains(exchange.getRequestMethod()))
                        .build();
        return new BodyHandler(
                Compression.around(proxy), config.limits(), config.timeouts(), problems, metrics);
    }
}
