package ai.netra.apex.embedded;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ClickHouse engine as a process of its own ({@code
 * ai.netra.apex.embedded.clickhouse.ClickHouseEngine}) on the loopback interface: ClickHouse's
 * clients use it as they use a server. The data is kept where {@link Builder#dataDirectory} says,
 * or is temporary and deleted by {@link #close}. Thread-safe; {@link #close} is idempotent.
 */
public final class EmbeddedClickHouse extends EmbeddedServer {

    private static final String MAIN = "ai.netra.apex.embedded.clickhouse.ClickHouseEngine";
    private static final int PING_MILLIS = 1_000;
    private static final List<String> JVM_FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-Xshare:auto",
                    "--enable-native-access=ALL-UNNAMED",
                    // The library that compresses blocks still uses it.
                    "--sun-misc-unsafe-memory-access=allow");

    private final Path library;
    private final String user;
    private final String password;

    private EmbeddedClickHouse(Builder builder) {
        super("The ClickHouse engine", "TERM", "clickhouse", builder);
        this.library = ClickHouseLibrary.bring(builder.engineCache());
        this.user = builder.user;
        this.password = builder.password;
    }

    /**
     * An engine on temporary data and a free port, user {@code default} with password {@code test}.
     */
    public static EmbeddedClickHouse startTemporary() {
        return builder().credentials("default", "test").start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The command that runs the engine's process with the classpath of this JVM. */
    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        // Not in the environment: a process left over is known by it on its command line.
        command.addAll(List.of("--set", "CLICKHOUSE_DATA_DIR=" + home().resolve("data")));
        return command;
    }

    /** The password is in a file of the user alone, in a directory of its own. */
    private Map<String, String> environment(int port) throws IOException {
        Path secrets = home().resolve("secrets");
        Files.createDirectories(
                secrets,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = secrets.resolve("password");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password);
        return Map.of(
                "LC_ALL",
                "C",
                "TZ",
                "UTC",
                "APEX_TIER",
                "local",
                "CLICKHOUSE_PORT",
                Integer.toString(port),
                "CLICKHOUSE_LIBRARY",
                library.toString(),
                "CLICKHOUSE_USER",
                user,
                "CLICKHOUSE_SECRETS_DIR",
                secrets.toString());
    }

    /** Brings the engine's shared library into the user's cache directory, where it stays. */
    public static Path bringLibrary() {
        return ClickHouseLibrary.bring(EngineCache.ofUser());
    }

    /** Where {@link #bringLibrary()} puts it, whether it is there or not. */
    public static Path libraryFile() {
        return ClickHouseLibrary.fileIn(EngineCache.ofUser());
    }

    /** Whether {@link #bringLibrary()} has nothing to download. */
    public static boolean isBrought() {
        return ClickHouseLibrary.isIn(EngineCache.ofUser());
    }

    /** How an engine is to be. */
    public static final class Builder extends EmbeddedServer.Builder<Builder, EmbeddedClickHouse> {
        private String user = "default";
        private String password = "";

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        @Override
        EmbeddedClickHouse build() {
            return new EmbeddedClickHouse(this);
        }

        /** The one user and the password. */
        public Builder credentials(String name, String secret) {
            this.user = name;
            this.password = secret;
            return this;
        }
    }

    /** {@code http://127.0.0.1:…}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    public Path log() {
        return home().resolve("clickhouse.log");
    }

    @Override
    ServerProcess spawn(int onPort) throws IOException {
        Files.createDirectories(
                home(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Orphans.stop(pidFile(), "ClickHouseEngine", home(), "TERM");
        Ports.requireFree(onPort, "ClickHouse");
        return ServerProcess.start(
                "The ClickHouse engine", command(), environment(onPort), home(), log());
    }

    @Override
    void spawned(ServerProcess process) throws IOException {
        Files.writeString(pidFile(), Long.toString(process.identity().pid()));
    }

    private Path pidFile() {
        return home().resolve("clickhouse.pid");
    }

    @Override
    boolean answers(ServerProcess process) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url() + "/ping").toURL().openConnection();
            connection.setConnectTimeout(PING_MILLIS);
            connection.setReadTimeout(PING_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
