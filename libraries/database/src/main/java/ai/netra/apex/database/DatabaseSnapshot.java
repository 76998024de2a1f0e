package ai.netra.apex.database;

import java.util.List;
import java.util.Map;

/**
 * The manager at one moment.
 *
 * @param poolSize how many sessions there can be at once
 * @param limit how many are allowed now; below the size while the adaptive limit holds back
 * @param sizing why the pool is of this size, line by line
 * @param inUse sessions lent out
 * @param idle open connections nobody has
 * @param waiting requests in the queue
 * @param sessions every session lent out
 * @param counters totals since start, by name
 */
public record DatabaseSnapshot(
        int poolSize,
        int limit,
        List<String> sizing,
        int inUse,
        int idle,
        int waiting,
        List<SessionInfo> sessions,
        Map<String, Long> counters) {

    public DatabaseSnapshot {
        sizing = List.copyOf(sizing);
        sessions = List.copyOf(sessions);
        counters = Map.copyOf(counters);
    }
}
