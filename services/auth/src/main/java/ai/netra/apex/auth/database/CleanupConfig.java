package ai.netra.apex.auth.database;

import java.time.Duration;

/**
 * The clearing of what has expired.
 *
 * @param interval between two rounds
 * @param batch rows deleted in one transaction
 * @param auditRetention how long events are kept
 */
public record CleanupConfig(Duration interval, int batch, Duration auditRetention) {}
