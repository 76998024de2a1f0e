package ai.netra.apex.settings;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a database is marked with, so that a process of another tier or service refuses it: test
 * code cannot write to production, nor production into a test database. The marker is written once,
 * when the database is made, and compared at each connect.
 *
 * @param tier the tier the database belongs to
 * @param service the service it belongs to
 * @param clusterId names the one database cluster
 */
public record EnvironmentMarker(Tier tier, String service, UUID clusterId) {
    public EnvironmentMarker {
        Objects.requireNonNull(tier, "tier");
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(clusterId, "clusterId");
    }

    /**
     * Why a process of a tier and service must not use the marked database; empty when it may.
     *
     * @param expectedCluster the cluster the process was told to use, empty when it was told none
     */
    public Optional<String> refusal(
            Tier ownTier, String ownService, Optional<UUID> expectedCluster) {
        if (tier != ownTier) {
            return Optional.of(
                    "The database belongs to tier %s, this process to tier %s."
                            .formatted(tier.label(), ownTier.label()));
        }
        if (!service.equals(ownService)) {
            return Optional.of(
                    "The database belongs to service %s, this process to service %s."
                            .formatted(service, ownService));
        }
        return expectedCluster
                .filter(expected -> !expected.equals(clusterId))
                .map(
                        expected ->
                                "The database is cluster %s, this process was told to use %s."
                                        .formatted(clusterId, expected));
    }
}
