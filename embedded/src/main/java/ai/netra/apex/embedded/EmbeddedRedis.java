package ai.netra.apex.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis server (6.2: streams, publish/subscribe, append-only file) as a process of its own
 * on the loopback interface. The data is kept where {@link Builder#dataDirectory} says, or is
 * temporary and deleted by {@link #close}. A server left over on the same directory is stopped
 * first. Thread-safe; {@link #close} is idempotent.
 */
public final class EmbeddedRedis extends EmbeddedServer {

    private static final int PING_MILLIS = 500;

    private final Path program;
    private final @Nullable Supplier<String> password;
    private final Map<String, String> settings;

    private EmbeddedRedis(Builder builder) {
        super("Redis", "TERM", "redis", builder);
        this.program = unpack(builder.engineCache());
        this.password = builder.password;
        this.settings = new LinkedHashMap<>(builder.settings);
    }

    /** A server on temporary data and a free port, without a password, for tests. */
    public static EmbeddedRedis startTemporary() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How a server is to be. */
    public static final class Builder extends EmbeddedServer.Builder<Builder, EmbeddedRedis> {
        private @Nullable Supplier<String> password;
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        @Override
        EmbeddedRedis build() {
            return new EmbeddedRedis(this);
        }

        /** The password every client must give; without it none. */
        public Builder password(String value) {
            return password(() -> value);
        }

        /** The same, asked for anew at each start of the server: it may have been rotated. */
        public Builder password(Supplier<String> value) {
            this.password = value;
            return this;
        }

        /** A directive of redis.conf, e.g. {@code maxmemory}, {@code 256mb}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }
    }

    /** {@code redis://127.0.0.1:…}, without the password. */
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    public Path log() {
        return home().resolve("redis.log");
    }

    @Override
    ServerProcess spawn(int onPort) throws IOException {
        Files.createDirectories(
                home(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Orphans.stop(home().resolve("redis.pid"), "redis-server", home(), "TERM");
        Ports.requireFree(onPort, "Redis");
        Path configuration = writeConfiguration(onPort);
        return ServerProcess.start(
                "Redis",
                List.of(program.toString(), configuration.toString()),
                Map.of("LC_ALL", "C"),
                home(),
                log());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The password's hash alone, in a file of the user alone, not on a command line. */
    private Path writeConfiguration(int port) throws IOException {
        Map<String, String> effective = new LinkedHashMap<>();
        effective.put("bind", "127.0.0.1");
        effective.put("port", Integer.toString(port));
        effective.put("daemonize", "no");
        effective.put("pidfile", quoted(home().resolve("redis.pid").toString()));
        effective.put("dir", quoted(home().toString()));
        effective.put("appendonly", "yes");
        effective.put("appendfsync", "everysec");
        effective.put("save", "\"\"");
        effective.put("maxmemory-policy", "noeviction");
        if (password != null) {
            effective.put("user", "default on #" + sha256(password.get()) + " ~* &* +@all");
        }
        effective.putAll(settings);
        StringBuilder text = new StringBuilder();
        effective.forEach(
                (name, value) -> text.append(name).append(' ').append(value).append('\n'));
        Path file = home().resolve("redis.conf");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** Answers PONG, or that it wants a password; not while it still loads its data. */
    @Override
    boolean answers(ServerProcess process) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), PING_MILLIS);
            socket.setSoTimeout(PING_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = in.readLine();
            return line != null && (line.equals("+PONG") || line.startsWith("-NOAUTH"));
        } catch (IOException e) {
            return false;
        }
    }

    private static Path unpack(EngineCache cache) {
        String resource = Platform.current().redisProgram();
        return cache.directory(resource, directory -> copyProgram(resource, directory))
                .resolve("redis-server");
    }

    private static void copyProgram(String resource, Path directory) throws IOException {
        try (InputStream in = EmbeddedRedis.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new EngineException(resource + " is not on the classpath.");
            }
            Path file = directory.resolve("redis-server");
            Files.copy(in, file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
