package ai.netra.apex.servicekit.health;

/**
 * One thing a service depends on. A bean of this type takes part in the service's health.
 * Thread-safe.
 */
public interface DependencyHealth {

    /** The name operators know it by: {@code postgresql}, {@code redis}. */
    String name();

    /**
     * Whether the service is of no use without it. Without an optional dependency the service is
     * degraded, not down.
     */
    boolean required();

    /**
     * Looks at the dependency, within a second or so; called every few seconds, never twice at
     * once.
     *
     * @return a short sentence for operators about its state, without secrets; empty when there is
     *     nothing to say
     * @throws Exception when it cannot be used; the message is shown to operators
     */
    String check() throws Exception;
}
