package ai.netra.apex.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings the engine's shared library from the npm registry, as the lock file beside this class pins
 * it (version and checksum). The other platforms' packages are asked for by the same version; npm
 * checks them against the registry.
 */
final class ClickHouseLibrary {

    private static final String RESOURCES = "clickhouse/";
    private static final long NPM_MINUTES = 15;
    private static final Pattern VERSION =
            Pattern.compile("\"@chdb/lib-linux-x64-gnu\":\\s*\"([^\"]+)\"");

    private ClickHouseLibrary() {}

    /** The library's file, downloaded the first time. */
    static Path bring(EngineCache cache) {
        String packageJson = resource("package.json");
        String version = version(packageJson);
        String name = packageName();
        Path directory =
                cache.directory(
                        "clickhouse-" + version,
                        target -> install(target, packageJson, name, version));
        Path library = in(directory);
        if (!Files.isRegularFile(library)) {
            throw new EngineException(
                    "npm brought no ClickHouse engine for this platform: "
                            + library
                            + " is missing.");
        }
        return library;
    }

    /** Where {@link #bring} puts it. */
    static Path fileIn(EngineCache cache) {
        return in(cache.path("clickhouse-" + version(resource("package.json"))));
    }

    private static Path in(Path directory) {
        return directory.resolve("node_modules").resolve(packageName()).resolve("libchdb.so");
    }

    private static String packageName() {
        return Platform.current().clickhousePackage();
    }

    static boolean isIn(EngineCache cache) {
        return cache.has("clickhouse-" + version(resource("package.json")));
    }

    private static void install(Path directory, String packageJson, String name, String version)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("apex.npm", "npm")));
        if (Platform.current() == Platform.LINUX_X64) {
            Files.writeString(directory.resolve("package.json"), packageJson);
            Files.writeString(
                    directory.resolve("package-lock.json"), resource("package-lock.json"));
            command.add("ci");
        } else {
            Files.writeString(directory.resolve("package.json"), "{\"private\":true}");
            command.addAll(List.of("install", "--save-exact", name + "@" + version));
        }
        command.addAll(List.of("--ignore-scripts", "--no-audit", "--no-fund"));
        Path log = directory.resolve("npm.log");
        try {
            Process npm =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!npm.waitFor(NPM_MINUTES, TimeUnit.MINUTES)) {
                npm.destroyForcibly();
                throw new EngineException(
                        "npm did not bring the ClickHouse engine within " + NPM_MINUTES + " min.");
            }
            if (npm.exitValue() != 0) {
                throw new EngineException(
                        "npm cannot bring the ClickHouse engine:\n" + ServerProcess.tailOf(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("Interrupted while npm brings the ClickHouse engine.", e);
        } catch (IOException e) {
            throw new EngineException(
                    "Cannot run npm: install Node.js 20 or newer. (" + e.getMessage() + ")", e);
        }
    }

    private static String version(String packageJson) {
        Matcher matcher = VERSION.matcher(packageJson);
        if (!matcher.find()) {
            throw new EngineException("The ClickHouse package.json names no version.");
        }
        return matcher.group(1);
    }

    private static String resource(String name) {
        try (InputStream in = ClickHouseLibrary.class.getResourceAsStream(RESOURCES + name)) {
            if (in == null) {
                throw new EngineException(RESOURCES + name + " is missing from the classpath.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException("Cannot read " + RESOURCES + name + ".", e);
        }
    }
}
