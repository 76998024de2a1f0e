package ai.netra.apex.settings;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A host name or address with an optional port.
 *
 * @param host name, IPv4 address, or IPv6 address without brackets
 * @param port 1 to 65535, or empty when not stated
 */
public record HostAndPort(String host, OptionalInt port) {
    private static final int MAX_NAME = 253;
    private static final Pattern NAME =
            Pattern.compile(
                    "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\\.?");
    private static final Pattern IPV4_LIKE = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.|$)){4}(?<!\\.)");
    private static final Pattern IPV6_LIKE =
            Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,16})?");

    public HostAndPort {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(port, "port");
    }

    /** The host with that port. */
    public static HostAndPort of(String host, int port) {
        return parse(bracketed(host) + ":" + port);
    }

    /**
     * Reads {@code db.internal}, {@code db.internal:5432}, {@code 10.0.0.1:5432}, {@code
     * [::1]:5432}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static HostAndPort parse(String text) {
        if (text.length() > MAX_NAME + 8) {
            throw new IllegalArgumentException("longer than a host name can be");
        }
        if (text.contains("://")) {
            throw new IllegalArgumentException("a URL where a host name is wanted");
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("an address without its closing bracket");
            }
            String rest = text.substring(end + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                throw new IllegalArgumentException("not a host with an optional port");
            }
            return new HostAndPort(
                    ipv6(text.substring(1, end)),
                    rest.isEmpty() ? OptionalInt.empty() : OptionalInt.of(port(rest.substring(1))));
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
            throw new IllegalArgumentException(
                    "an IPv6 address without brackets, or more than one port");
        }
        if (colon < 0) {
            return new HostAndPort(name(text), OptionalInt.empty());
        }
        return new HostAndPort(
                name(text.substring(0, colon)), OptionalInt.of(port(text.substring(colon + 1))));
    }

    private static String name(String host) {
        boolean valid =
                IPV4_LIKE.matcher(host).matches()
                        ? IPV4.matcher(host).matches()
                        : NAME.matcher(host).matches();
        if (!valid) {
            throw new IllegalArgumentException("not a host name or an IP address");
        }
        return host.toLowerCase(Locale.ROOT);
    }

    private static String ipv6(String address) {
        if (!IPV6_LIKE.matcher(address).matches() || !address.contains(":")) {
            throw new IllegalArgumentException("not an IPv6 address");
        }
        try {
            // A literal: matched above, so no name service is asked.
            java.net.Inet6Address.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IPv6 address", e);
        }
        return address.toLowerCase(Locale.ROOT);
    }

    static int port(String text) {
        if (!text.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("its port is not a number from 1 to 65535");
        }
        int port = Integer.parseInt(text);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("its port is not a number from 1 to 65535");
        }
        return port;
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** The stated port, or the given one. */
    public int portOr(int fallback) {
        return port.orElse(fallback);
    }

    /** Whether the host is this machine: {@code localhost}, {@code 127.0.0.0/8}, {@code ::1}. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    /** Whether a host name or address means this machine, decided without asking a name service. */
    public static boolean isLoopback(String host) {
        String plain = host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        return plain.equals("localhost")
                || plain.equals("localhost.")
                || plain.endsWith(".localhost")
                || plain.equals("localhost.localdomain")
                || plain.equals("::1")
                || plain.equals("0:0:0:0:0:0:0:1")
                || plain.equals("::ffff:127.0.0.1")
                || (plain.startsWith("127.") && IPV4.matcher(plain).matches());
    }

    @Override
    public String toString() {
        return bracketed(host) + (port.isPresent() ? ":" + port.getAsInt() : "");
    }
}
