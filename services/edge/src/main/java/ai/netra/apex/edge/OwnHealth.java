package ai.netra.apex.edge;

import ai.netra.apex.contracts.ErrorCode;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The edge's own {@code /health}, {@code /health/live} and {@code /health/ready}. It is down when
 * it stops or no service behind it can be reached, degraded when some replica cannot, and ready
 * unless it is down: a service that is away takes its own pages with it and no others. Thread-safe.
 */
final class OwnHealth implements HttpHandler {
    private final List<ReplicaGroup> groups;
    private final Ledger ledger;
    private final Problems problems;
    private final BooleanSupplier newestInForce;

    OwnHealth(
            List<ReplicaGroup> groups,
            Ledger ledger,
            Problems problems,
            BooleanSupplier newestInForce) {
        this.groups = List.copyOf(groups);
        this.ledger = ledger;
        this.problems = problems;
        this.newestInForce = newestInForce;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        switch (exchange.getRequestURI()) {
            case "/health" -> answer(exchange, ready(), summary());
            case "/health/live" -> answer(exchange, true, "{\"status\":\"up\"}");
            case "/health/ready" ->
                    answer(exchange, ready(), "{\"status\":\"" + (ready() ? "up" : "down") + "\"}");
            default ->
                    problems.send(exchange, ErrorCode.NOT_FOUND, "There is nothing at this path.");
        }
    }

    boolean ready() {
        return !ledger.draining() && groups.stream().anyMatch(ReplicaGroup::usable);
    }

    private static void answer(HttpServerExchange exchange, boolean good, String json) {
        exchange.setStatusCode(good ? 200 : 503);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseSender().send(json);
    }

    private static String configuration(boolean newest) {
        return newest
                ? "{\"name\":\"configuration\",\"required\":false,\"status\":\"up\",\"detail\":\"\"}"
                : "{\"name\":\"configuration\",\"required\":false,\"status\":\"down\",\"detail\":\"the newest"
                        + " configuration was refused, an older one is in force\"}";
    }

    private String summary() {
        boolean configured = newestInForce.getAsBoolean();
        boolean whole =
                configured
                        && groups.stream()
                                .flatMap(group -> group.replicas().stream())
                                .allMatch(replica -> replica.status() == Replica.Status.READY);
        var json = new StringBuilder("{\"status\":\"");
        json.append(!ready() ? "down" : whole ? "up" : "degraded");
        json.append("\",\"service\":\"edge\",\"dependencies\":[");
        String separator = "";
        for (ReplicaGroup group : groups) {
            for (Replica replica : group.replicas()) {
                boolean up = replica.status() == Replica.Status.READY;
                json.append(separator)
                        .append("{\"name\":")
                        .append(ProblemJson.string(group.service()))
                        .append(",\"required\":false,\"status\":\"")
                        .append(up ? "up" : "down")
                        .append("\",\"detail\":")
                        .append(ProblemJson.string(replica.name() + " " + replica.detail()))
                        .append('}');
                separator = ",";
            }
        }
        return json.append(separator).append(configuration(configured)).append("]}").toString();
    }
}
