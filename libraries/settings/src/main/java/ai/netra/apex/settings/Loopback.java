package ai.netra.apex.settings;

import java.net.URI;
import java.util.Collection;
import java.util.Set;

/** Questions about values that name hosts. */
final class Loopback {
    private static final Set<String> TLS_SCHEMES =
            Set.of("https", "rediss", "wss", "ldaps", "smtps", "grpcs");

    private Loopback() {}

    /** Whether the value, or one of a list of values, names this machine. */
    static boolean isIn(Object value) {
        return switch (value) {
            case HostAndPort host -> host.isLoopback();
            case URI uri -> uri.getHost() != null && HostAndPort.isLoopback(uri.getHost());
            case String host -> HostAndPort.isLoopback(host);
            case Collection<?> many -> many.stream().anyMatch(Loopback::isIn);
            default -> false;
        };
    }

    static boolean usesTls(URI uri) {
        String scheme = uri.getScheme();
        return scheme != null && TLS_SCHEMES.contains(scheme.toLowerCase(java.util.Locale.ROOT));
    }
}
