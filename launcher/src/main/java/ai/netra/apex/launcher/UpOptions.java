package ai.netra.apex.launcher;

import ai.netra.apex.launcher.home.PortPlan;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code up} that say what is started, and where. */
final class UpOptions {

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "${env:APEX_REPLICAS:-1}",
            description = "Backend replicas, 1 to 8 (default ${DEFAULT-VALUE}).")
    private int replicas;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_EDGE_PORT:-8080}",
            description = "Port of the address to open (default ${DEFAULT-VALUE}).")
    private int edge;

    @Option(
            names = "--frontend-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_FRONTEND_PORT:-3000}",
            description = "Default ${DEFAULT-VALUE}.")
    private int frontend;

    @Option(
            names = "--backend-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_BACKEND_PORT:-8000}",
            description =
                    "Of the first replica; each further one is 10 above (default ${DEFAULT-VALUE}).")
    private int backend;

    @Option(
            names = "--auth-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_AUTH_PORT:-8001}",
            description = "Default ${DEFAULT-VALUE}.")
    private int auth;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_MANAGEMENT_PORT:-9000}",
            description =
                    "First port of metrics: backend here, auth 1 above, edge 80 above (default"
                            + " ${DEFAULT-VALUE}).")
    private int management;

    @Option(
            names = "--postgres-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_POSTGRES_PORT:-15432}",
            description = "Main database; auth's is 1 above (default ${DEFAULT-VALUE}).")
    private int postgres;

    @Option(
            names = "--redis-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_REDIS_PORT:-16379}",
            description = "Default ${DEFAULT-VALUE}.")
    private int redis;

    @Option(
            names = "--clickhouse-port",
            paramLabel = "PORT",
            defaultValue = "${env:APEX_CLICKHOUSE_PORT:-18123}",
            description = "Default ${DEFAULT-VALUE}.")
    private int clickhouse;

    @Option(
            names = "--any-ports",
            defaultValue = "${env:APEX_ANY_PORTS:-false}",
            description = "Take free ports for everything; the address is printed.")
    private boolean anyPorts;

    PortPlan ports() {
        if (replicas < 1 || replicas > 8) {
            throw new CliException(2, "--replicas takes 1 to 8, not " + replicas + ".");
        }
        if (anyPorts) {
            return PortPlan.anyFree(replicas);
        }
        for (int port : List.of(edge, frontend, backend, auth, postgres, redis, clickhouse)) {
            if (port < 1 || port > 65_535) {
                throw new CliException(2, "A port is between 1 and 65535, not " + port + ".");
            }
        }
        return new PortPlan(
                edge,
                management + 80,
                frontend,
                PortPlan.replicas(backend, replicas),
                PortPlan.replicas(management, replicas),
                auth,
                management + 1,
                postgres,
                postgres + 1,
                redis,
                clickhouse);
    }
}
