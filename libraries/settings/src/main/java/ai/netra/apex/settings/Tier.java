package ai.netra.apex.settings;

import java.util.Locale;

/** Where a process runs: it decides defaults and what is refused. Key {@code APEX_TIER}. */
public enum Tier {
    /** A developer's machine; loopback only. */
    LOCAL,
    /** Automated tests; the only tier in which fast-test modes are allowed. */
    TEST,
    /** A rehearsal of production, with the same strictness. */
    STAGING,
    /** Where people's data lives. */
    PRODUCTION;

    /** The name as it is written in configuration: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the strict rules of deployed systems hold: staging and production. */
    public boolean isDeployed() {
        return this == STAGING || this == PRODUCTION;
    }
}
