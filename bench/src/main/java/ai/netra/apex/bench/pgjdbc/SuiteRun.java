package ai.netra.apex.bench.pgjdbc;

import ai.netra.apex.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** One run of the suite in a JVM of its own, on a server of its own. */
final class SuiteRun {

    /** What became of a test. */
    enum Result {
        PASSED,
        FAILED,
        SKIPPED
    }

    static final String RAW = "raw";
    static final String POOLED = "pooled";
    static final String GUARDED_POOLED = "guarded-pooled";
    static final String GUARDED = "guarded";

    private static final String PASSWORD = "test";
    private static final long LIMIT_MINUTES = 40;

    private final SuiteSources suite;
    private final Path output;

    SuiteRun(SuiteSources suite, Path output) {
        this.suite = suite;
        this.output = output;
    }

    /** Runs the tests of {@code packages}; every test by class and name. */
    Map<String, Result> run(String mode, List<String> packages)
            throws IOException, InterruptedException {
        Path reports = output.resolve(mode);
        Files.createDirectories(reports);
        try (EmbeddedPostgres server =
                EmbeddedPostgres.builder()
                        .setting("max_connections", "400")
                        .setting("max_prepared_transactions", "64")
                        .setting("wal_level", "logical")
                        .start()) {
            prepare(server);
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-Dbuild.properties.relative.path=" + suite.sources());
            command.add("-D" + SuiteOpening.MODE + "=" + mode);
            command.add("-Duser.timezone=UTC");
            command.add("-cp");
            command.add(suite.classpath() + File.pathSeparator + SuiteSources.ownClasspath());
            command.add("org.junit.platform.console.ConsoleLauncher");
            command.addAll(List.of("execute", "--disable-banner", "--details=none"));
            command.add("--reports-dir=" + reports);
            command.add("--config=junit.jupiter.execution.timeout.default=60 s");
            packages.forEach(each -> command.add("--select-package=" + each));
            Process process =
                    new ProcessBuilder(command)
                            .directory(suite.sources().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.resolve(mode + ".log").toFile())
                            .start();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("the suite takes longer than " + LIMIT_MINUTES + " minutes");
            }
        }
        return results(reports);
    }

    /** The line in which {@link SuiteOpening} says how connections were opened. */
    String opened(String mode) throws IOException {
        try (Stream<String> lines = Files.lines(output.resolve(mode + ".log"))) {
            return lines.filter(line -> line.startsWith(SuiteOpening.COUNTED))
                    .findFirst()
                    .orElse("not told");
        }
    }

    private void prepare(EmbeddedPostgres server) throws IOException {
        server.execute("postgres", "CREATE ROLE test LOGIN PASSWORD '" + PASSWORD + "'");
        server.execute("postgres", "CREATE DATABASE test OWNER test");
        server.execute("test", "CREATE EXTENSION hstore", "CREATE EXTENSION citext");
        Files.writeString(
                suite.sources().resolve("build.local.properties"),
                """
                test.url.PGHOST=127.0.0.1
                test.url.PGPORT=%d
                test.url.PGDBNAME=test
                user=test
                password=%s
                privilegedUser=%s
                privilegedPassword=%s
                """
                        .formatted(server.port(), PASSWORD, server.superuser(), server.password()));
    }

    private static Map<String, Result> results(Path reports) throws IOException {
        Map<String, Result> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(reports)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".xml")).toList()) {
                read(file, all);
            }
        }
        if (all.isEmpty()) {
            throw new IOException("the suite ran no test; see " + reports);
        }
        return all;
    }

    private static void read(Path file, Map<String, Result> all) throws IOException {
        try {
            NodeList cases =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element each = (Element) cases.item(i);
                String name = each.getAttribute("classname") + "#" + each.getAttribute("name");
                String unique = name;
                for (int n = 2; all.containsKey(unique); n++) {
                    unique = name + " (" + n + ")";
                }
                all.put(unique, result(each));
            }
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + file, e);
        }
    }

    private static Result result(Element test) {
        if (test.getElementsByTagName("skipped").getLength() > 0) {
            return Result.SKIPPED;
        }
        boolean failed =
                test.getElementsByTagName("failure").getLength() > 0
                        || test.getElementsByTagName("error").getLength() > 0;
        return failed ? Result.FAILED : Result.PASSED;
    }
}
