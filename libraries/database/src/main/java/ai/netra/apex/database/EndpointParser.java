package ai.netra.apex.database;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code host}, {@code host:port}, {@code [address]} and {@code [address]:port}. */
final class EndpointParser {

    /** Letters, digits, dots, hyphens and underscores: DNS names as they are used. */
    private static final Pattern NAME =
            Pattern.compile("(?!-)[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");

    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_.-]+");

    /**
     * Names that end so are read as an address, in one of many ways, by one or another resolver.
     */
    private static final Pattern ENDS_IN_NUMBER =
            Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9A-Fa-f]*)\\.?");

    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    private EndpointParser() {}

    static Optional<Endpoint> parse(String text, String defaultPort, ProblemSink problems) {
        if (text.isEmpty()) {
            problems.report("host", "has an empty entry", "remove the extra comma");
            return Optional.empty();
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || !isIpv6(text.substring(1, end))) {
                problems.report("host", "has a broken IPv6 address", "write it as [address]:port");
                return Optional.empty();
            }
            return portOf(text.substring(end + 1), defaultPort, problems)
                    .map(port -> new Endpoint(text.substring(1, end), port));
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
            problems.report("host", "has several colons", "put an IPv6 address in brackets");
            return Optional.empty();
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean number = ENDS_IN_NUMBER.matcher(host).matches();
        if (number && literal(host) == null) {
            problems.report(
                    "host",
                    "is a number and no address",
                    "write an IPv4 address as four numbers from 0 to 255");
            return Optional.empty();
        }
        if (!NAME.matcher(host).matches() || host.length() > 253) {
            problems.report("host", "is not a host name or an address", "give a DNS name or an IP");
            return Optional.empty();
        }
        return portOf(colon < 0 ? "" : text.substring(colon), defaultPort, problems)
                .map(port -> new Endpoint(host, port));
    }

    private static boolean isIpv6(String text) {
        int percent = text.indexOf('%');
        return text.indexOf(':') >= 0
                && literal(text) != null
                && (percent < 0 || ZONE.matcher(text.substring(percent + 1)).matches());
    }

    /**
     * The address that {@code host} is, without its zone; null when it is a name or nothing at all.
     */
    static @Nullable InetAddress literal(String host) {
        int percent = host.indexOf('%');
        String address = percent < 0 ? host : host.substring(0, percent);
        if (address.indexOf(':') < 0 && !IPV4.matcher(address).matches()) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Optional<Integer> portOf(String suffix, String otherwise, ProblemSink problems) {
        String digits = suffix.isEmpty() ? otherwise : suffix.substring(1);
        boolean number = digits.length() <= 5 && digits.chars().allMatch(Character::isDigit);
        int port = number && !digits.isEmpty() ? Integer.parseInt(digits) : 0;
        if ((!suffix.isEmpty() && suffix.charAt(0) != ':') || port < 1 || port > 65_535) {
            problems.report("port", "is not a number from 1 to 65535", "5432 is PostgreSQL's own");
            return Optional.empty();
        }
        return Optional.of(port);
    }
}
