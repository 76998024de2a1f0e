package ai.netra.apex.edge;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.xnio.StreamConnection;

/**
 * The open connections by client, so that one client cannot take the places of all. A client is an
 * IPv4 address, or the /64 network of an IPv6 address, of which a single machine commonly has every
 * address.
 *
 * <p>Closed connections are found by looking: when a client is at its limit, and every so many
 * arrivals. (Whoever takes a connection over replaces its close listener, so that cannot be relied
 * on.) Thread-safe.
 */
final class ClientConnections {
    private static final int SWEEP_EVERY = 1_000;
    private static final int IPV6_NETWORK_BYTES = 8;

    private volatile Bounds bounds;
    private final Map<InetAddress, Set<StreamConnection>> open = new HashMap<>();
    private int arrivals;

    ClientConnections(int limit, Predicate<InetAddress> unlimited) {
        this.bounds = new Bounds(limit, unlimited);
    }

    /**
     * What holds at a time.
     *
     * @param limit open connections of one client
     * @param unlimited clients without such a limit: proxies that many people come through
     */
    private record Bounds(int limit, Predicate<InetAddress> unlimited) {}

    /** Other bounds for those who come from now on; nobody who is there is turned out. */
    void change(int limit, Predicate<InetAddress> unlimited) {
        bounds = new Bounds(limit, unlimited);
    }

    /** Whether {@code connection}, just accepted from {@code peer}, may stay. */
    boolean admit(InetAddress peer, StreamConnection connection) {
        Bounds now = bounds;
        if (now.unlimited().test(peer)) {
            return true;
        }
        InetAddress client = client(peer);
        synchronized (this) {
            if (++arrivals % SWEEP_EVERY == 0) {
                open.values().removeIf(ClientConnections::forgetClosed);
            }
            Set<StreamConnection> known = open.computeIfAbsent(client, _ -> new HashSet<>());
            if (known.size() >= now.limit()) {
                forgetClosed(known);
            }
            return known.size() < now.limit() && known.add(connection);
        }
    }

    /** Whether none is left. */
    private static boolean forgetClosed(Set<StreamConnection> connections) {
        connections.removeIf(one -> one.isReadShutdown() && one.isWriteShutdown());
        return connections.isEmpty();
    }

    /** The address that stands for the client at {@code peer}. */
    static InetAddress client(InetAddress peer) {
        if (!(peer instanceof Inet6Address)) {
            return peer;
        }
        byte[] network = Arrays.copyOf(peer.getAddress(), IPV6_NETWORK_BYTES);
        try {
            return InetAddress.getByAddress(Arrays.copyOf(network, peer.getAddress().length));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
