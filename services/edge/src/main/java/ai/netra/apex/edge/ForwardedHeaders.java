package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Trust;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who really asks, and tells the services in headers only we can have set. Anybody can
 * write {@code X-Forwarded-For}: it is read only when the peer is a trusted proxy, from right to
 * left, up to the first address that is not one. Whatever of the kind came in is taken out.
 * Thread-safe.
 */
final class ForwardedHeaders {
    private static final HttpString FORWARDED = new HttpString("Forwarded");
    private static final HttpString X_REAL_IP = new HttpString("X-Real-IP");
    private static final List<HttpString> IMPOSTORS =
            List.of(
                    FORWARDED,
                    X_REAL_IP,
                    new HttpString("True-Client-IP"),
                    new HttpString("X-Client-IP"),
                    new HttpString("X-Cluster-Client-IP"),
                    new HttpString("X-Original-URL"),
                    new HttpString("X-Rewrite-URL"),
                    new HttpString("Proxy"));
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._\\-]{1,253}(:\\d{1,5})?");

    private final Trust trust;

    ForwardedHeaders(Trust trust) {
        this.trust = trust;
    }

    /** Sets the exchange's client address and scheme, and replaces the headers. */
    void apply(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        InetAddress peer = exchange.getSourceAddress().getAddress();
        InetAddress client = peer;
        if (trust.isProxy(peer)) {
            client = clientBehind(peer, headers.get(Headers.X_FORWARDED_FOR));
            String proto = headers.getFirst(Headers.X_FORWARDED_PROTO);
            if ("https".equals(proto) || "http".equals(proto)) {
                exchange.setRequestScheme(proto);
            }
            String host = headers.getFirst(Headers.X_FORWARDED_HOST);
            if (host != null && HOST.matcher(host).matches()) {
                headers.put(Headers.HOST, host);
            }
        }
        strip(headers);
        exchange.setSourceAddress(new InetSocketAddress(client, 0));
        String host = Optional.ofNullable(headers.getFirst(Headers.HOST)).orElse("");
        headers.put(Headers.X_FORWARDED_HOST, host);
        headers.put(X_REAL_IP, client.getHostAddress());
        headers.put(FORWARDED, forwarded(client, exchange.getRequestScheme(), host));
    }

    private InetAddress clientBehind(InetAddress peer, @Nullable HeaderValues values) {
        InetAddress client = peer;
        if (values == null) {
            return client;
        }
        String[] hops = String.join(",", values).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trust.isProxy(client); i--) {
            try {
                client = InetAddress.ofLiteral(hops[i].strip());
            } catch (IllegalArgumentException e) {
                return client;
            }
        }
        return client;
    }

    private static void strip(HeaderMap headers) {
        List<HttpString> gone = new ArrayList<>(IMPOSTORS);
        for (HttpString name : headers.getHeaderNames()) {
            if (name.toString().toLowerCase(Locale.ROOT).startsWith("x-forwarded-")) {
                gone.add(name);
            }
        }
        gone.forEach(headers::remove);
    }

    private static String forwarded(InetAddress client, String scheme, String host) {
        String address = client.getHostAddress();
        String node = address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
        return "for=" + node + ";host=\"" + host.replace("\"", "") + "\";proto=" + scheme;
    }
}
