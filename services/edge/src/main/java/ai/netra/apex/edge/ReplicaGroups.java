package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Upstreams;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicas of every service, as one configuration names them. */
record ReplicaGroups(ReplicaGroup frontend, ReplicaGroup backend, ReplicaGroup auth) {
    static final String FRONTEND = "frontend";

    /**
     * The groups of {@code config}. A replica that was there before stays what it is, with what is
     * known of its health and the requests it has.
     *
     * @param before the groups until now; null at the start
     */
    static ReplicaGroups of(
            EdgeConfig config, @Nullable ReplicaGroups before, EdgeMetrics metrics) {
        Upstreams named = config.upstreams();
        return new ReplicaGroups(
                group(
                        FRONTEND,
                        named.frontend(),
                        before == null ? null : before.frontend,
                        config,
                        metrics),
                group(
                        "backend",
                        named.backend(),
                        before == null ? null : before.backend,
                        config,
                        metrics),
                group("auth", named.auth(), before == null ? null : before.auth, config, metrics));
    }

    private static ReplicaGroup group(
            String service,
            List<URI> uris,
            @Nullable ReplicaGroup before,
            EdgeConfig config,
            EdgeMetrics metrics) {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        int perThread = Math.max(1, config.limits().upstreamConnections() / threads);
        List<Replica> known = before == null ? List.of() : before.replicas();
        List<Replica> replicas =
                uris.stream()
                        .map(
                                uri ->
                                        known.stream()
                                                .filter(replica -> replica.uri().equals(uri))
                                                .findFirst()
                                                .orElseGet(
                                                        () ->
                                                                new Replica(
                                                                        uri,
                                                                        perThread,
                                                                        config.timeouts()
                                                                                .upstreamIdle())))
                        .toList();
        replicas.forEach(replica -> replica.change(perThread, config.timeouts().upstreamIdle()));
        return new ReplicaGroup(service, replicas, config.timeouts().connect(), metrics);
    }

    List<ReplicaGroup> all() {
        return List.of(frontend, backend, auth);
    }

    boolean contain(Replica replica) {
        return all().stream().anyMatch(group -> group.replicas().contains(replica));
    }
}
