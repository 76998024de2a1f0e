package ai.netra.apex.database;

/**
 * One network path to a server. Two endpoints may lead to the same server (two routes) or to
 * different ones (primary and standby); the manager finds out by asking.
 *
 * @param host a name or address, without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    public Endpoint {
        if (host.isBlank()) {
            throw new IllegalArgumentException("an endpoint needs a host");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /** The form of a URL's authority; an IPv6 address is put in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
