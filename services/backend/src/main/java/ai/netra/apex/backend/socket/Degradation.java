package ai.netra.apex.backend.socket;

import ai.netra.apex.servicekit.health.Health;
import ai.netra.apex.servicekit.health.HealthMonitor;
import java.util.List;

/**
 * What this replica has to do without at the moment, by the names health has for it, so that a
 * client can tell its person. Thread-safe.
 */
final class Degradation {

    private final HealthMonitor health;

    Degradation(HealthMonitor health) {
        this.health = health;
    }

    /** The dependencies that are away, in a stable order; empty when all is well. */
    List<String> parts() {
        return health.health().dependencies().stream()
                .filter(dependency -> !dependency.status().equals("up"))
                .map(Health.Dependency::name)
                .sorted()
                .toList();
    }
}
