package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import ai.netra.apex.edge.EdgeConfig.Trust;
import ai.netra.apex.edge.EdgeConfig.Upstreams;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.DataSize;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingType;
import ai.netra.apex.settings.SettingTypes;
import ai.netra.apex.settings.Tier;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Everything the edge can be told, and how the typed configuration is made of it. */
final class EdgeSettings {
    private static final int MAX_PORT = 65_535;
    private static final Duration HOUR = Duration.ofHours(1);

    private static final SettingType<Network> NETWORK =
            new SettingType<>(
                    "network", "10.0.0.0/8", EdgeSettings::network, Network::toString, null);
    private static final SettingType<Origin> ORIGIN =
            new SettingType<>(
                    "origin",
                    "https://chat.example.com",
                    EdgeSettings::origin,
                    o -> o.scheme() + "://" + o.host() + ":" + o.port(),
                    null);

    static final Setting<String> ADDRESS =
            Setting.string("EDGE_ADDRESS")
                    .defaultsTo("127.0.0.1")
                    .must(
                            "be an IP address",
                            "Write 0.0.0.0 for every IPv4 address of this machine.",
                            EdgeSettings::isAddress)
                    .describedAs("Address to listen on.");
    static final Setting<Integer> PORT = port("EDGE_PORT", 8080).describedAs("Port of plain HTTP.");
    static final Setting<Integer> MANAGEMENT_PORT =
            port("EDGE_MANAGEMENT_PORT", 9080)
                    .describedAs("Port of metrics and health on loopback, never routed to.");

    static final Setting<List<URI>> FRONTEND_URLS =
            upstream("EDGE_FRONTEND_URLS", 3000).describedAs("Replicas of the frontend.");
    static final Setting<List<URI>> BACKEND_URLS =
            upstream("EDGE_BACKEND_URLS", 8000).describedAs("Replicas of the backend.");
    static final Setting<List<URI>> AUTH_URLS =
            upstream("EDGE_AUTH_URLS", 8001).describedAs("Replicas of auth.");
    static final Setting<String> FRONTEND_HEALTH =
            Setting.string("EDGE_FRONTEND_HEALTH_PATH")
                    .defaultsTo(Upstreams.HEALTH)
                    .matching("/[A-Za-z0-9/_.-]*", "an absolute path")
                    .reloadableAtRuntime()
                    .describedAs("Path that tells whether a frontend replica is ready.");
    static final Setting<Duration> PROBE_INTERVAL =
            duration("EDGE_PROBE_INTERVAL", Duration.ofSeconds(1), Duration.ofMillis(100))
                    .describedAs("How often each replica is asked whether it is ready.");
    static final Setting<Duration> PROBE_TIMEOUT =
            duration("EDGE_PROBE_TIMEOUT", Duration.ofSeconds(2), Duration.ofMillis(100))
                    .describedAs("How long a replica may take to answer that.");

    static final Setting<Secret> MANAGEMENT_TOKEN =
            Setting.secret("EDGE_MANAGEMENT_TOKEN")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Lets an administrator reload on the management port.");

    static final Setting<Integer> CONNECTIONS =
            count("EDGE_CONNECTION_LIMIT", Limits.DEFAULTS.connections())
                    .describedAs("Connections from clients at a time; more wait to be accepted.");
    static final Setting<Integer> CONNECTIONS_PER_CLIENT =
            count("EDGE_CONNECTION_LIMIT_PER_CLIENT", Limits.DEFAULTS.connectionsPerClient())
                    .describedAs(
                            "Connections of one address (IPv6: of one /64) at a time; more are"
                                    + " closed. Trusted proxies have no such limit.");
    static final Setting<Integer> WEB_SOCKETS =
            count("EDGE_WEBSOCKET_LIMIT", Limits.DEFAULTS.webSockets())
                    .describedAs("WebSockets at a time; more are told to try later.");
    static final Setting<Integer> UPSTREAM_CONNECTIONS =
            count("EDGE_UPSTREAM_CONNECTION_LIMIT", Limits.DEFAULTS.upstreamConnections())
                    .describedAs("Requests at one replica at a time; more get 503.");
    static final Setting<DataSize> BODY =
            size("EDGE_BODY_LIMIT", Limits.DEFAULTS.bodyBytes(), 1L << 30)
                    .describedAs("Largest request body; a larger one gets 413.");
    static final Setting<DataSize> BUFFERED =
            size("EDGE_BODY_MEMORY_LIMIT", Limits.DEFAULTS.bufferedBytes(), 1L << 34)
                    .describedAs("Memory for all bodies being received; beyond it, 503.");
    static final Setting<DataSize> HEADER =
            size("EDGE_HEADER_LIMIT", Limits.DEFAULTS.headerBytes(), 1L << 20)
                    .describedAs("Largest request line and headers; larger ones get 431.");
    static final Setting<Integer> HEADERS =
            Setting.integer("EDGE_HEADER_COUNT_LIMIT")
                    .between(10, 1_000)
                    .defaultsTo(Limits.DEFAULTS.headers())
                    .reloadableAtRuntime()
                    .describedAs("Most headers of a request; more get 431.");

    static final Setting<Duration> REQUEST_TIMEOUT =
            duration("EDGE_REQUEST_TIMEOUT", Timeouts.DEFAULTS.request(), Duration.ofSeconds(1))
                    .describedAs("Longest time of a request; the outermost of all limits.");
    static final Setting<Duration> HEADER_TIMEOUT =
            duration("EDGE_HEADER_TIMEOUT", Timeouts.DEFAULTS.header(), Duration.ofSeconds(1))
                    .describedAs("Longest time to send a request's headers.");
    static final Setting<Duration> BODY_TIMEOUT =
            duration("EDGE_BODY_TIMEOUT", Timeouts.DEFAULTS.body(), Duration.ofSeconds(1))
                    .describedAs("Longest time to send a request's body.");
    static final Setting<Duration> KEEP_ALIVE =
            duration("EDGE_KEEP_ALIVE", Timeouts.DEFAULTS.keepAlive(), Duration.ofSeconds(1))
                    .describedAs("How long an unused connection stays open.");
    static final Setting<Duration> WRITE_TIMEOUT =
            duration("EDGE_WRITE_TIMEOUT", Timeouts.DEFAULTS.write(), Duration.ofSeconds(1))
                    .describedAs("How long a client may take nothing of its answer.");
    static final Setting<Duration> CONNECT_TIMEOUT =
            duration("EDGE_CONNECT_TIMEOUT", Timeouts.DEFAULTS.connect(), Duration.ofMillis(100))
                    .describedAs("Longest time to connect to a replica.");
    static final Setting<Duration> UPSTREAM_IDLE =
            duration("EDGE_UPSTREAM_IDLE", Timeouts.DEFAULTS.upstreamIdle(), Duration.ofMillis(100))
                    .describedAs(
                            "How long an unused connection to a replica is kept; less than the"
                                    + " replica itself would.");
    static final Setting<Duration> DRAIN_TIMEOUT =
            duration("EDGE_DRAIN_TIMEOUT", Timeouts.DEFAULTS.drain(), Duration.ofMillis(100))
                    .describedAs("How long requests under way may go on after a stop.");

    static final Setting<List<Network>> TRUSTED_PROXIES =
            Setting.listOf("EDGE_TRUSTED_PROXIES", NETWORK)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Networks whose X-Forwarded headers are believed.");
    static final Setting<List<Origin>> ALLOWED_ORIGINS =
            Setting.listOf("EDGE_ALLOWED_ORIGINS", ORIGIN)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Origins besides our own that may open a WebSocket.");
    static final Setting<Boolean> ACCESS_LOG =
            Setting.bool("EDGE_ACCESS_LOG")
                    .defaultsTo(true)
                    .reloadableAtRuntime()
                    .describedAs("Whether each request is a log line.");
    static final Setting<LogLevel> LOG_LEVEL =
            Setting.enumeration("EDGE_LOG_LEVEL", LogLevel.class)
                    .defaultsTo(LogLevel.INFO)
                    .reloadableAtRuntime()
                    .describedAs("The least important lines that are still logged.");

    static final ServiceSettings SETTINGS =
            ServiceSettings.of("edge", "EDGE_")
                    .with(ADDRESS, PORT, MANAGEMENT_PORT)
                    .with(FRONTEND_URLS, BACKEND_URLS, AUTH_URLS)
                    .with(FRONTEND_HEALTH, PROBE_INTERVAL, PROBE_TIMEOUT)
                    .with(MANAGEMENT_TOKEN)
                    .and(TlsSettings::declare)
                    .with(CONNECTIONS, CONNECTIONS_PER_CLIENT, WEB_SOCKETS)
                    .with(UPSTREAM_CONNECTIONS)
                    .with(BODY, BUFFERED, HEADER, HEADERS)
                    .with(REQUEST_TIMEOUT, HEADER_TIMEOUT, BODY_TIMEOUT, KEEP_ALIVE)
                    .with(WRITE_TIMEOUT, CONNECT_TIMEOUT, UPSTREAM_IDLE, DRAIN_TIMEOUT)
                    .with(TRUSTED_PROXIES, ALLOWED_ORIGINS, ACCESS_LOG, LOG_LEVEL)
                    .where(
                            Rule.different(PORT, MANAGEMENT_PORT),
                            Rule.different(PORT, TlsSettings.PORT),
                            Rule.shorter(BODY_TIMEOUT, REQUEST_TIMEOUT),
                            Rule.shorter(CONNECT_TIMEOUT, REQUEST_TIMEOUT),
                            Rule.shorter(DRAIN_TIMEOUT, REQUEST_TIMEOUT));

    private EdgeSettings() {}

    static EdgeConfig bind(AppConfig config) {
        return new EdgeConfig(
                config.get(ADDRESS),
                config.get(PORT),
                config.get(MANAGEMENT_PORT),
                TlsSettings.bind(config),
                new Upstreams(
                        config.get(FRONTEND_URLS),
                        config.get(BACKEND_URLS),
                        config.get(AUTH_URLS),
                        config.get(FRONTEND_HEALTH),
                        config.get(PROBE_INTERVAL),
                        config.get(PROBE_TIMEOUT)),
                new Limits(
                        config.get(CONNECTIONS),
                        config.get(CONNECTIONS_PER_CLIENT),
                        config.get(WEB_SOCKETS),
                        config.get(UPSTREAM_CONNECTIONS),
                        config.get(BODY).bytes(),
                        config.get(BUFFERED).bytes(),
                        Math.toIntExact(config.get(HEADER).bytes()),
                        config.get(HEADERS)),
                new Timeouts(
                        config.get(REQUEST_TIMEOUT),
                        config.get(HEADER_TIMEOUT),
                        config.get(BODY_TIMEOUT),
                        config.get(KEEP_ALIVE),
                        config.get(WRITE_TIMEOUT),
                        config.get(CONNECT_TIMEOUT),
                        config.get(UPSTREAM_IDLE),
                        Timeouts.DEFAULTS.linger(),
                        config.get(DRAIN_TIMEOUT)),
                new Trust(
                        config.find(TRUSTED_PROXIES).orElse(List.of()),
                        Set.copyOf(config.find(ALLOWED_ORIGINS).orElse(List.of()))),
                config.get(ACCESS_LOG),
                config.get(LOG_LEVEL));
    }

    private static Setting<Integer> port(String key, int standard) {
        return Setting.integer(key).between(0, MAX_PORT).defaultsTo(standard);
    }

    private static Setting<Integer> count(String key, int standard) {
        return Setting.integer(key)
                .between(1, 1_000_000)
                .defaultsTo(standard)
                .reloadableAtRuntime();
    }

    private static Setting<Duration> duration(String key, Duration standard, Duration least) {
        return Setting.duration(key)
                .between(least, HOUR)
                .defaultsTo(standard)
                .reloadableAtRuntime();
    }

    private static Setting<DataSize> size(String key, long standard, long most) {
        return Setting.dataSize(key)
                .between(DataSize.ofKibibytes(1), DataSize.ofBytes(most))
                .defaultsTo(DataSize.ofBytes(standard))
                .reloadableAtRuntime();
    }

    private static Setting<List<URI>> upstream(String key, int localPort) {
        return Setting.listOf(key, SettingTypes.URL)
                .defaultsTo(Tier.LOCAL, List.of(URI.create("http://127.0.0.1:" + localPort)))
                .defaultsTo(Tier.TEST, List.of(URI.create("http://127.0.0.1:" + localPort)))
                .must(
                        "be http://host:port without a path",
                        "Write for example http://127.0.0.1:" + localPort + ".",
                        uris -> uris.stream().allMatch(EdgeSettings::isPlainHost))
                .must(
                        "name each replica once",
                        "Take out what is there twice.",
                        uris -> uris.stream().distinct().count() == uris.size())
                .reloadableAtRuntime();
    }

    private static boolean isPlainHost(URI uri) {
        return "http".equals(uri.getScheme())
                && uri.getPort() > 0
                && uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    private static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Network network(String text) {
        try {
            return Network.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a network such as 10.0.0.0/8", e);
        }
    }

    private static Origin origin(String text) {
        return Origin.of(text)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "not an origin such as https://chat.example.com"));
    }
}
