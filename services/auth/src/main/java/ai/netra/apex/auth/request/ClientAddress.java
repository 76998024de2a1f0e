package ai.netra.apex.auth.request;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Set;

/**
 * Who sent a request. {@code X-Forwarded-For} is read from the right, past the trusted proxies, and
 * only when the request came from one: what a client writes there itself counts for nothing.
 * Thread-safe.
 */
public final class ClientAddress {

    private static final int IPV6_NETWORK_BYTES = 8;

    private final Set<String> trusted;

    public ClientAddress(RequestConfig config) {
        this.trusted = config.trustedProxies();
    }

    /** The address of the client, a literal. */
    public String of(HttpServletRequest request) {
        String address = canonical(request.getRemoteAddr());
        if (!trusted.contains(address)) {
            return address;
        }
        String forwarded = String.join(",", java.util.Collections.list(forwardedFor(request)));
        String[] hops = forwarded.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].strip();
            if (!isLiteral(hop)) {
                return address;
            }
            address = canonical(hop);
            if (!trusted.contains(address)) {
                return address;
            }
        }
        return address;
    }

    /**
     * What rates are limited by: the address, or the /64 network of an IPv6 one, because a single
     * customer commonly has all of that.
     */
    public static String network(String address) {
        if (!isLiteral(address) || address.indexOf(':') < 0) {
            return address;
        }
        InetAddress parsed = InetAddress.ofLiteral(address);
        if (!(parsed instanceof Inet6Address)) {
            return parsed.getHostAddress();
        }
        byte[] bytes = parsed.getAddress();
        return java.util.HexFormat.of().formatHex(bytes, 0, IPV6_NETWORK_BYTES) + "/64";
    }

    private static java.util.Enumeration<String> forwardedFor(HttpServletRequest request) {
        return request.getHeaders("X-Forwarded-For");
    }

    private static boolean isLiteral(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String canonical(String literal) {
        return isLiteral(literal) ? InetAddress.ofLiteral(literal).getHostAddress() : literal;
    }
}
