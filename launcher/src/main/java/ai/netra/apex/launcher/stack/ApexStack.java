package ai.netra.apex.launcher.stack;

import ai.netra.apex.embedded.EmbeddedClickHouse;
import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.embedded.EmbeddedRedis;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.DatabaseLogins;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.SecretStore;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.supervise.Part;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Everything that makes up the system on one machine, in the order of the start. */
public final class ApexStack {

    private static final String POSTGRES_MAIN = "postgres-main";
    private static final String POSTGRES_AUTH = "postgres-auth";
    private static final String REDIS = "redis";
    private static final String CLICKHOUSE = "clickhouse";
    private static final String AUTH = "auth";
    private static final String FRONTEND = "frontend";
    private static final String OWNER_PASSWORD = "database-owner-password";

    private final Path repository;
    private final ApexHome home;
    private final PortPlan ports;
    private final Toolchain tools;
    private final SecretStore secrets;
    private final ServiceEnvironments environments;
    private final boolean cached = !"off".equals(System.getenv("APEX_AOT"));

    public ApexStack(Path repository, ApexHome home, PortPlan ports, Toolchain tools) {
        this.repository = repository;
        this.home = home;
        this.ports = ports;
        this.tools = tools;
        this.secrets = new SecretStore(home);
        this.environments = new ServiceEnvironments(ports, secrets);
    }

    /** The variables that hold providers' keys, which are handed on as files. */
    public static Set<String> providerKeys() {
        return ServiceEnvironments.PROVIDER_KEYS.keySet();
    }

    /** The parts; secrets that are not there yet are made. */
    public List<Part> parts() {
        environments.writeSecrets();
        environments.takeKeys(System.getenv());
        var parts = new ArrayList<Part>();
        parts.add(postgresMain());
        parts.add(postgresAuth());
        parts.add(redis());
        parts.add(clickhouse());
        parts.add(auth());
        for (int i = 0; i < ports.backends().size(); i++) {
            parts.add(backend(i));
        }
        parts.add(frontend());
        parts.add(edge());
        return parts;
    }

    /** What each service is told, by its name; secrets that are not there yet are made. */
    public Map<String, Map<String, String>> serviceEnvironments() {
        environments.writeSecrets();
        environments.takeMissingKeys(System.getenv());
        new DatabaseLogins(secrets, AUTH, "apex_auth").current();
        new DatabaseLogins(secrets, "backend", "apex_backend").current();
        secrets.password(AUTH, OWNER_PASSWORD);
        secrets.password("backend", OWNER_PASSWORD);
        secrets.password("backend", "redis-password");
        return Map.of(
                AUTH,
                environments.auth(),
                "backend",
                environments.backend(0, home.data().resolve(backendName(0))),
                "edge",
                environments.edge(),
                FRONTEND,
                environments.frontend(),
                CLICKHOUSE,
                environments.clickhouse(
                        home.data().resolve(CLICKHOUSE), EmbeddedClickHouse.libraryFile()));
    }

    private Part postgresMain() {
        return EnginePart.postgres(
                POSTGRES_MAIN,
                EmbeddedPostgres.builder()
                        .stoppedByCaller()
                        .dataDirectory(home.data().resolve(POSTGRES_MAIN))
                        .superuserPassword(secrets.password(POSTGRES_MAIN, "superuser-password"))
                        .perhapsSuperuserPassword(
                                secrets.find(POSTGRES_MAIN, "superuser-password-next")
                                        .orElse(null)),
                ports.postgresMain(),
                postgres ->
                        new DatabaseLogins(secrets, "backend", "apex_backend")
                                .make(
                                        postgres.roles(),
                                        "apex",
                                        "apex_owner",
                                        secrets.password("backend", OWNER_PASSWORD)));
    }

    private Part postgresAuth() {
        return EnginePart.postgres(
                POSTGRES_AUTH,
                EmbeddedPostgres.builder()
                        .stoppedByCaller()
                        .dataDirectory(home.data().resolve(POSTGRES_AUTH))
                        .superuserPassword(secrets.password(POSTGRES_AUTH, "superuser-password"))
                        .perhapsSuperuserPassword(
                                secrets.find(POSTGRES_AUTH, "superuser-password-next").orElse(null))
                        .setting("max_connections", "40"),
                ports.postgresAuth(),
                postgres ->
                        new DatabaseLogins(secrets, AUTH, "apex_auth")
                                .make(
                                        postgres.roles(),
                                        "apex_auth",
                                        "apex_auth_owner",
                                        secrets.password(AUTH, OWNER_PASSWORD)));
    }

    private Part redis() {
        return EnginePart.redis(
                REDIS,
                EmbeddedRedis.builder()
                        .stoppedByCaller()
                        .dataDirectory(home.data().resolve(REDIS))
                        .password(() -> secrets.password("backend", "redis-password"))
                        .setting("maxmemory", "512mb")
                        .setting("maxmemory-policy", "noeviction"),
                ports.redis());
    }

    private Part clickhouse() {
        return javaService(
                CLICKHOUSE,
                List.of(),
                ports.clickhouse(),
                "embedded",
                "ai.netra.apex.embedded.clickhouse.ClickHouseEngine",
                // Its work is done in the native library.
                List.of(
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "--sun-misc-unsafe-memory-access=allow"),
                environments.clickhouse(
                        home.data().resolve(CLICKHOUSE), EmbeddedClickHouse.bringLibrary()),
                "/ping");
    }

    private Part auth() {
        return javaService(
                AUTH,
                List.of(POSTGRES_AUTH),
                ports.auth(),
                "services/auth",
                "ai.netra.apex.auth.AuthService",
                List.of("-Xmx320m"),
                environments.auth(),
                "/health/ready");
    }

    private Part backend(int index) {
        String module = "services/backend";
        StartupCache cache = cacheOf(module);
        // One replica records for all of them.
        boolean records = index == 0;
        var program =
                new JavaProgram(
                        tools.java(),
                        repository.resolve(module),
                        "ai.netra.apex.backend.BackendService",
                        List.of("-Xmx512m"),
                        jar -> cacheFlags(cache, records, jar));
        return service(
                backendName(index),
                // It starts without ClickHouse and auth, and waits for neither.
                List.of(POSTGRES_MAIN, REDIS),
                ports.backends().get(index),
                program,
                environments.backend(index, home.data().resolve(backendName(index))),
                "/health/ready",
                wasReady -> finish(cache, records, wasReady));
    }

    private Part frontend() {
        Path standalone = repository.resolve("frontend/.next/standalone");
        return new ServicePart(
                new ServicePart.Program(
                        FRONTEND,
                        List.of(),
                        ports.frontend(),
                        () -> List.of(tools.node().toString(), "server.js"),
                        environments.frontend(),
                        standalone,
                        log(FRONTEND),
                        false,
                        Readiness.at(address(ports.frontend(), "/health/ready")),
                        _ -> {}));
    }

    private Part edge() {
        List<String> needs =
                new ArrayList<>(
                        IntStream.range(0, ports.backends().size())
                                .mapToObj(ApexStack::backendName)
                                .collect(Collectors.toList()));
        needs.add(FRONTEND);
        needs.add(AUTH);
        String module = "services/edge";
        StartupCache cache = cacheOf(module);
        return new ServicePart(
                new ServicePart.Program(
                        "edge",
                        needs,
                        ports.edge(),
                        program(module, "ai.netra.apex.edge.Edge", List.of("-Xmx256m"), cache)
                                ::command,
                        environments.edge(),
                        home.root(),
                        log("edge"),
                        // It looks for the services by itself: it may be there before they are,
                        true,
                        // and a chat can be had through it once it has seen all of them.
                        new Readiness(address(ports.edge(), "/health"), "{\"status\":\"up\""),
                        wasReady -> finish(cache, true, wasReady)));
    }

    private static String backendName(int index) {
        return "backend-" + (index + 1);
    }

    private Part javaService(
            String name,
            List<String> needs,
            int port,
            String module,
            String mainClass,
            List<String> flags,
            Map<String, String> environment,
            String readyPath) {
        StartupCache cache = cacheOf(module);
        return service(
                name,
                needs,
                port,
                program(module, mainClass, flags, cache),
                environment,
                readyPath,
                wasReady -> finish(cache, true, wasReady));
    }

    private JavaProgram program(
            String module, String mainClass, List<String> flags, StartupCache cache) {
        return new JavaProgram(
                tools.java(),
                repository.resolve(module),
                mainClass,
                flags,
                jar -> cacheFlags(cache, true, jar));
    }

    private StartupCache cacheOf(String module) {
        return new StartupCache(repository.resolve(module).resolve("target"));
    }

    private List<String> cacheFlags(StartupCache cache, boolean records, Path jar) {
        if (!cached) {
            return List.of();
        }
        return records ? cache.useOrRecord(jar) : cache.use(jar);
    }

    private static void finish(StartupCache cache, boolean records, boolean wasReady) {
        if (records) {
            cache.finish(wasReady);
        }
    }

    private Part service(
            String name,
            List<String> needs,
            int port,
            JavaProgram program,
            Map<String, String> environment,
            String readyPath,
            Consumer<Boolean> ended) {
        return new ServicePart(
                new ServicePart.Program(
                        name,
                        needs,
                        port,
                        program::command,
                        new LinkedHashMap<>(environment),
                        home.root(),
                        log(name),
                        false,
                        Readiness.at(address(port, readyPath)),
                        ended));
    }

    private Path log(String name) {
        return home.logs().resolve(name + ".log");
    }

    private static URI address(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
