package ai.netra.apex.embedded.clickhouse;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The ClickHouse engine as a process: opens the data directory with the engine's shared library and
 * serves ClickHouse's HTTP interface on the loopback interface until it is asked to stop.
 *
 * <pre>
 * --data DIR --port N --library FILE --user NAME --password-file FILE [--sessions N] [--statement-timeout SECONDS]
 * </pre>
 */
public final class ClickHouseEngine {

    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "CLICKHOUSE_DATA_DIR", "data",
                    "CLICKHOUSE_PORT", "port",
                    "CLICKHOUSE_LIBRARY", "library",
                    "CLICKHOUSE_USER", "user");

    private static final int BACKLOG = 128;
    private static final int CONNECTIONS = 64;
    private static final int DEFAULT_SESSIONS = 4;
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private ClickHouseEngine() {}

    /** Runs until SIGTERM; exit code 1 with one sentence when it cannot start. */
    public static void main(String[] arguments) {
        try {
            serve(options(arguments, System.getenv()));
        } catch (IOException | RuntimeException e) {
            System.err.println("The ClickHouse engine cannot start: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void serve(Map<String, String> options) throws IOException {
        Path data = Path.of(required(options, "data"));
        Files.createDirectories(data);
        int port = Integer.parseInt(required(options, "port"));
        String password = Files.readString(Path.of(required(options, "password-file"))).strip();
        Duration timeout =
                Duration.ofSeconds(number(options, "statement-timeout", DEFAULT_TIMEOUT_SECONDS));
        // The port first: without it there is no point in opening the data.
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        Chdb chdb = new Chdb(Path.of(required(options, "library")));
        Sessions sessions =
                new Sessions(chdb, data, number(options, "sessions", DEFAULT_SESSIONS), timeout);
        HttpInterface face =
                new HttpInterface(sessions, new Credentials(required(options, "user"), password));
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

    private static Map<String, String> options(
            String[] arguments, Map<String, String> environment) {
        Map<String, String> options = new HashMap<>();
        options.put("user", "default");
        ENVIRONMENT.forEach(
                (variable, option) -> {
                    String value = environment.get(variable);
                    if (value != null) {
                        options.put(option, value);
                    }
                });
        String secrets = environment.get("CLICKHOUSE_SECRETS_DIR");
        if (secrets != null) {
            options.put("password-file", Path.of(secrets, "password").toString());
        }
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--")) {
                throw new IllegalArgumentException("Unknown argument " + arguments[i] + ".");
            }
            options.put(arguments[i].substring(2), arguments[i + 1]);
        }
        return options;
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing.");
        }
        return value;
    }

    private static int number(Map<String, String> options, String name, int otherwise) {
        String value = options.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }
}
