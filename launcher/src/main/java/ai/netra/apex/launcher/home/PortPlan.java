package ai.netra.apex.launcher.home;

import ai.netra.apex.embedded.Ports;
import ai.netra.apex.launcher.CliException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loopback port of every part.
 *
 * @param backends one per replica
 */
public record PortPlan(
        int edge,
        int edgeManagement,
        int frontend,
        List<Integer> backends,
        List<Integer> backendManagements,
        int auth,
        int authManagement,
        int postgresMain,
        int postgresAuth,
        int redis,
        int clickhouse) {

    private static final int REPLICA_STEP = 10;

    /** Ports besides the replicas'. */
    private static final int FIXED = 9;

    public PortPlan {
        backends = List.copyOf(backends);
        backendManagements = List.copyOf(backendManagements);
    }

    /** Free ports for everything, as many backends as asked for. */
    public static PortPlan anyFree(int replicas) {
        var ports = new java.util.LinkedHashSet<Integer>();
        while (ports.size() < FIXED + 2 * replicas) {
            ports.add(Ports.free());
        }
        return ofList(List.copyOf(ports));
    }

    /** The ports of {@code replicas} replicas that begin at {@code first}. */
    public static List<Integer> replicas(int first, int replicas) {
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < replicas; i++) {
            ports.add(first + REPLICA_STEP * i);
        }
        return ports;
    }

    /** The address a person opens. */
    public String address() {
        return "http://127.0.0.1:" + edge;
    }

    /** This plan as one word, for another process of ours. */
    public String toArgument() {
        var numbers = new ArrayList<Integer>();
        numbers.addAll(List.of(edge, edgeManagement, frontend, auth, authManagement, postgresMain));
        numbers.addAll(List.of(postgresAuth, redis, clickhouse));
        numbers.addAll(backends);
        numbers.addAll(backendManagements);
        return String.join(",", numbers.stream().map(String::valueOf).toList());
    }

    /** The plan that {@link #toArgument()} wrote. */
    public static PortPlan ofArgument(String argument) {
        List<Integer> list =
                java.util.Arrays.stream(argument.split(",", -1)).map(Integer::valueOf).toList();
        return ofList(list);
    }

    private static PortPlan ofList(List<Integer> list) {
        int replicas = (list.size() - FIXED) / 2;
        return new PortPlan(
                list.get(0),
                list.get(1),
                list.get(2),
                list.subList(FIXED, FIXED + replicas),
                list.subList(FIXED + replicas, list.size()),
                list.get(3),
                list.get(4),
                list.get(5),
                list.get(6),
                list.get(7),
                list.get(8));
    }

    /** Each port with what it is for. */
    public Map<Integer, String> purposes() {
        var purposes = new LinkedHashMap<Integer, String>();
        put(purposes, edge, "edge");
        put(purposes, edgeManagement, "edge, management");
        put(purposes, frontend, "frontend");
        for (int i = 0; i < backends.size(); i++) {
            put(purposes, backends.get(i), "backend " + (i + 1));
            put(purposes, backendManagements.get(i), "backend " + (i + 1) + ", management");
        }
        put(purposes, auth, "auth");
        put(purposes, authManagement, "auth, management");
        put(purposes, postgresMain, "PostgreSQL main");
        put(purposes, postgresAuth, "PostgreSQL auth");
        put(purposes, redis, "Redis");
        put(purposes, clickhouse, "ClickHouse");
        return purposes;
    }

    /**
     * Refuses a plan with a taken port, naming every one of them and who has it.
     *
     * @throws CliException naming the ports and how to choose others
     */
    public void requireFree() {
        var taken = new ArrayList<String>();
        purposes()
                .forEach(
                        (port, purpose) -> {
                            if (!Ports.isFree(port)) {
                                taken.add(
                                        "Port %d (%s) is taken%s."
                                                .formatted(
                                                        port, purpose, Ports.describeHolder(port)));
                            }
                        });
        if (!taken.isEmpty()) {
            throw new CliException(
                    CliException.UNAVAILABLE,
                    String.join("\n", taken)
                            + "\nStop what uses it, or choose another port: see ./apex up --help.");
        }
    }

    private static void put(Map<Integer, String> purposes, int port, String purpose) {
        String other = purposes.putIfAbsent(port, purpose);
        if (other != null) {
            throw new CliException(
                    2, "Port %d is given to both %s and %s.".formatted(port, other, purpose));
        }
    }
}
