package ai.netra.apex.backend.agent;

import java.time.Duration;

/**
 * How runs are executed.
 *
 * @param maxSteps how often a model is asked within one run, at most; in the last step without
 *     tools, so that it answers
 * @param guidePause between the pieces of the guide's answers
 */
public record AgentConfig(int maxSteps, Duration guidePause) {

    public static final AgentConfig DEFAULT = new AgentConfig(8, Duration.ofMillis(12));

    public AgentConfig {
        if (maxSteps < 1 || maxSteps > 64) {
            throw new IllegalArgumentException("steps are from 1 to 64");
        }
    }
}
