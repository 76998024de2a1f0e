package ai.netra.apex.database;

import java.util.ArrayList;
import java.util.List;

/**
 * How many connections are best, and why.
 *
 * <p>A server works on no more statements at once than it has cores and disks for: {@code cores · 2
 * + 1} is where throughput peaks in most measurements ("About Pool Sizing", HikariCP wiki); more
 * only wait inside the server instead of in our queue, where there is order. Tier and configuration
 * bound that, and the server's {@code max_connections}, without those it reserves and some for
 * people, are shared among the replicas of the application.
 *
 * @param size the number of connections
 * @param reasons how it came about, line by line
 */
record PoolSizing(int size, List<String> reasons) {

    /** Connections left to people and tools. */
    private static final int FOR_PEOPLE = 5;

    /**
     * @param cores of this machine; the best guess at the server's
     * @param maxConnections of the server; 0 when not known yet
     * @param reserved of them for superusers and privileged roles
     * @param replicas instances of the application that share them
     */
    static PoolSizing compute(
            Tier tier,
            PoolBounds bounds,
            int cores,
            int maxConnections,
            int reserved,
            int replicas) {
        List<String> reasons = new ArrayList<>();
        int size = cores * 2 + 1;
        reasons.add(cores + " cores: " + size + " connections keep them busy");
        size = raise(size, bounds.minimum(), "configured minimum", reasons);
        size =
                lower(
                        size,
                        bounds.maximum(),
                        "maximum of tier " + tier + " or configuration",
                        reasons);
        if (maxConnections > 0) {
            int share = Math.max(1, (maxConnections - reserved - FOR_PEOPLE) / replicas);
            String why =
                    "max_connections "
                            + maxConnections
                            + " - "
                            + reserved
                            + " reserved - "
                            + FOR_PEOPLE
                            + " for people, shared by "
                            + replicas
                            + (replicas == 1 ? " replica" : " replicas");
            size = lower(size, share, why, reasons);
        } else {
            reasons.add("the server's max_connections is not known yet");
        }
        size = Math.max(2, size);
        reasons.add("pool size " + size);
        return new PoolSizing(size, List.copyOf(reasons));
    }

    private static int raise(int size, int least, String why, List<String> reasons) {
        if (size < least) {
            reasons.add("raised to " + least + ": " + why);
        }
        return Math.max(size, least);
    }

    private static int lower(int size, int most, String why, List<String> reasons) {
        if (size > most) {
            reasons.add("lowered to " + most + ": " + why);
        }
        return Math.min(size, most);
    }
}
