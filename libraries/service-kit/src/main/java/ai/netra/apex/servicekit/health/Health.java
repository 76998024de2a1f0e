package ai.netra.apex.servicekit.health;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The health of a service at one moment.
 *
 * @param status {@code up}, {@code degraded} or {@code down}
 * @param service the service's name
 * @param dependencies each dependency as last seen
 */
public record Health(String status, String service, List<Dependency> dependencies) {

    public Health {
        dependencies = List.copyOf(dependencies);
    }

    static Health of(String service, List<Dependency> dependencies) {
        Status worst = Status.UP;
        for (Dependency dependency : dependencies) {
            if (!dependency.status().equals(Status.UP.wire())) {
                Status meaning = dependency.required() ? Status.DOWN : Status.DEGRADED;
                worst = worst.compareTo(meaning) >= 0 ? worst : meaning;
            }
        }
        return new Health(worst.wire(), service, dependencies);
    }

    /** Whether the service can do what it is there for, perhaps not all of it. */
    public boolean usable() {
        return !status.equals(Status.DOWN.wire());
    }

    /**
     * One dependency as last seen.
     *
     * @param status {@code up} or {@code down}
     * @param detail a short sentence; empty when there is nothing to say
     * @param checkedAt when it was looked at
     * @param latencyMillis how long the look took
     */
    public record Dependency(
            String name,
            boolean required,
            String status,
            String detail,
            Instant checkedAt,
            long latencyMillis) {}

    /** In order of badness. */
    enum Status {
        UP,
        DEGRADED,
        DOWN;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
