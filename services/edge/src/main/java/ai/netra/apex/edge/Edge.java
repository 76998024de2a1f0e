package ai.netra.apex.edge;

import ai.netra.apex.settings.ConfigurationMain;
import ai.netra.apex.settings.UnifiedConfigManager;
import ai.netra.apex.settings.reload.ConfigEndpoint;
import ai.netra.apex.settings.reload.ConfigState;
import ai.netra.apex.settings.reload.ConfigWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The edge service: configuration, then the server, then waiting for the signal to stop.
 *
 * <p>Exit codes: 0 after a stop, 1 when it cannot start, 78 when its configuration is refused.
 */
public final class Edge {
    /** How often the files of the configuration are looked at. */
    private static final Duration CONFIG_LOOKS = Duration.ofSeconds(2);

    private Edge() {}

    /** Runs the edge until the process is told to stop. */
    public static void main(String[] args) throws InterruptedException {
        Logs.toStandardOutput();
        Logger log = Logger.getLogger(Edge.class.getName());
        UnifiedConfigManager settings = ConfigurationMain.loadOrExit(EdgeSettings.SETTINGS, args);
        settings.addTrial(next -> TlsSettings.tryOut(settings.current(), next));
        EdgeServer server;
        try {
            server = start(settings, ConfigWatcher.start(settings, CONFIG_LOOKS));
        } catch (IOException e) {
            System.err.println("edge: " + e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, log), "stop"));
        log.log(
                Level.INFO,
                "edge is listening on {0}:{1}",
                new Object[] {
                    settings.current().get(EdgeSettings.ADDRESS), Integer.toString(server.port())
                });
        Thread.currentThread().join();
    }

    /** Starts the server and has it follow the configuration from its first change on. */
    private static EdgeServer start(UnifiedConfigManager settings, ConfigWatcher watcher)
            throws IOException {
        EdgeConfig config = EdgeSettings.bind(settings.current());
        Logs.level(config.logLevel());
        var endpoint =
                new ConfigEndpoint(
                        watcher, () -> settings.current().find(EdgeSettings.MANAGEMENT_TOKEN));
        EdgeServer server =
                EdgeServer.start(
                        config,
                        new EdgeServer.Administration(
                                endpoint, () -> watcher.state() == ConfigState.VALID));
        settings.onChange(next -> follow(settings, server));
        // What changed while the server was being started.
        follow(settings, server);
        return server;
    }

    private static void follow(UnifiedConfigManager settings, EdgeServer server) {
        server.change(
                () -> {
                    EdgeConfig newest = EdgeSettings.bind(settings.current());
                    Logs.level(newest.logLevel());
                    return newest;
                });
    }

    private static void stop(EdgeServer server, Logger log) {
        log.info("edge is stopping");
        server.close();
        log.info("edge has stopped");
        Logs.flush();
        // A process ended by a signal reports that signal; this stop was asked for and went well.
        Runtime.getRuntime().halt(0);
    }
}
