package ai.netra.apex.settings;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A valid production configuration of the demo service in a directory, to be spoilt by a test. */
final class ConfigFixture {
    /** Part of every valid secret: it must never be seen in any output. */
    static final String CANARY = "canary";

    final Path directory;
    final Path secrets;
    final Map<String, String> environment = new HashMap<>();
    final List<String> arguments = new ArrayList<>();

    ConfigFixture(Path directory) {
        this.directory = directory;
        this.secrets = directory.resolve("secrets");
        environment.put("APEX_TIER", "production");
        environment.put("DEMO_DATABASE_HOSTS", "db1.internal:5432,db2.internal");
        environment.put("DEMO_REDIS_URL", "rediss://redis.internal:6379");
        environment.put("DEMO_SECRETS_DIR", secrets.toString());
        try {
            Files.createDirectory(secrets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mode(secrets, "rwx------");
        secret("database-password", CANARY + "-Db7!x9Qw2");
    }

    ConfigFixture env(String key, String value) {
        environment.put(key, value);
        return this;
    }

    ConfigFixture unset(String key) {
        environment.remove(key);
        return this;
    }

    ConfigFixture tier(String tier) {
        return env("APEX_TIER", tier);
    }

    ConfigFixture argument(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** Writes the configuration file and names it on the command line. */
    ConfigFixture file(String text) {
        return argument("--config", write("demo.conf", text).toString());
    }

    /** Writes the file that stands in for the environment, what there is of that included. */
    ConfigFixture environmentFile(String text) {
        StringBuilder all = new StringBuilder();
        environment.forEach((key, value) -> all.append(key + "='" + value + "'\n"));
        return argument("--env-file", write("demo.env", all + text).toString());
    }

    ConfigFixture secret(String name, String value) {
        Path file = secrets.resolve(name);
        try {
            Files.deleteIfExists(file);
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mode(file, "rw-------");
        return this;
    }

    ConfigFixture secretBytes(String name, byte[] bytes) {
        secret(name, "x");
        try {
            Files.write(secrets.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    ConfigFixture noSecret(String name) {
        try {
            Files.delete(secrets.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    ConfigFixture mode(Path path, String permissions) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    ConfigFixture secretMode(String name, String permissions) {
        return mode(secrets.resolve(name), permissions);
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConfigSources sources() {
        return Options.parse(arguments.toArray(String[]::new))
                .applyTo(ConfigSources.ofEnvironment(environment));
    }

    List<ConfigProblem> problems() {
        return UnifiedConfigManager.check(DemoSettings.SETTINGS, sources());
    }

    UnifiedConfigManager load() {
        return UnifiedConfigManager.load(DemoSettings.SETTINGS, sources());
    }

    /** What a run of {@code main} printed and how it ended. */
    record Ran(int exitCode, String output) {}

    Ran run(String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        ConfigurationMain.Outcome outcome =
                ConfigurationMain.run(
                        DemoSettings.SETTINGS,
                        all.toArray(String[]::new),
                        environment,
                        stream,
                        stream);
        String text = bytes.toString(StandardCharsets.UTF_8);
        return switch (outcome) {
            case ConfigurationMain.Outcome.Exit exit -> new Ran(exit.code(), text);
            case ConfigurationMain.Outcome.Start _ -> new Ran(0, text);
        };
    }
}
