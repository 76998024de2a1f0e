package ai.netra.apex.settings;

import java.time.Instant;
import java.util.List;

/**
 * What a reload came to, for the audit log. Holds keys, never values.
 *
 * @param time when
 * @param service whose configuration
 * @param kind what became of it
 * @param trigger who or what asked for it, for example {@code SIGHUP}
 * @param changedKeys the keys whose values differ from before, whether they were taken or not
 * @param problems why it was refused, or which listeners failed
 * @param fingerprint of the configuration in force afterwards
 */
public record ConfigEvent(
        Instant time,
        String service,
        Kind kind,
        String trigger,
        List<String> changedKeys,
        List<ConfigProblem> problems,
        String fingerprint) {
    /** What became of a reload. */
    public enum Kind {
        /** The new configuration is in force. */
        APPLIED,
        /** There was nothing new. */
        UNCHANGED,
        /** The old configuration stays in force, whole. */
        REFUSED
    }

    public ConfigEvent {
        changedKeys = List.copyOf(changedKeys);
        problems = List.copyOf(problems);
    }
}
