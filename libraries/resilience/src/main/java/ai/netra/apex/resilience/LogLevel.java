package ai.netra.apex.resilience;

/** How loudly a failure is logged. */
public enum LogLevel {
    INFO,
    WARNING,
    ERROR,
    CRITICAL
}
