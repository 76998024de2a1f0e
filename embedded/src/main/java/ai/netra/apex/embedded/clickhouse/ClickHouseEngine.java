package ai.netra.apex.embedded.clickhouse;

import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigurationMain;
import ai.netra.apex.settings.UnifiedConfigManager;
import ai.netra.apex.settings.reload.ConfigWatcher;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The ClickHouse engine as a process: opens the data directory with the engine's shared library and
 * serves ClickHouse's HTTP interface on the loopback interface until it is asked to stop. What it
 * is told is in {@link ClickHouseSettings}; a rotated password is taken while it runs.
 */
public final class ClickHouseEngine {

    private static final int BACKLOG = 128;
    private static final int CONNECTIONS = 64;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** How often the files of the configuration are looked at. */
    private static final Duration CONFIG_LOOKS = Duration.ofMillis(500);

    private ClickHouseEngine() {}

    /**
     * Runs until SIGTERM; 1 with one sentence when it cannot start, 78 when it is told nonsense.
     */
    public static void main(String[] arguments) {
        UnifiedConfigManager settings =
                ConfigurationMain.loadOrExit(ClickHouseSettings.SETTINGS, arguments);
        try {
            serve(settings);
            ConfigWatcher.start(settings, CONFIG_LOOKS);
        } catch (IOException | RuntimeException e) {
            System.err.println("The ClickHouse engine cannot start: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void serve(UnifiedConfigManager settings) throws IOException {
        AppConfig config = settings.current();
        Path data = config.get(ClickHouseSettings.DATA_DIR);
        Files.createDirectories(data);
        // The port first: without it there is no point in opening the data.
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(),
                                config.get(ClickHouseSettings.PORT)),
                        BACKLOG);
        Chdb chdb = new Chdb(config.get(ClickHouseSettings.LIBRARY));
        Sessions sessions =
                new Sessions(
                        chdb,
                        data,
                        config.get(ClickHouseSettings.SESSIONS),
                        config.get(ClickHouseSettings.STATEMENT_TIMEOUT));
        HttpInterface face = new HttpInterface(sessions, new Credentials(settings));
        // Platform threads: a call into the engine would pin a virtual thread's carrier.
        ExecutorService workers = Executors.newFixedThreadPool(CONNECTIONS);
        server.setExecutor(workers);
        server.createContext("/", face::handle);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, workers), "stop"));
        server.start();
        System.out.println(
                "The ClickHouse engine serves http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void stop(HttpServer server, ExecutorService workers) {
        server.stop((int) DRAIN.toSeconds());
        workers.shutdown();
        try {
            workers.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
