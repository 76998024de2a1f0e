package ai.netra.apex.bench.pgjdbc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fetches the suite's published sources into {@code target} and compiles them with these changes:
 * its one place of opening connections is {@link SuiteOpening}; casts to the driver's classes and
 * reflection on them go through {@code unwrap}, or to the driver's interface; the address a
 * connection tells of is the one it was opened with. All runs use the result: nothing but the
 * opening differs.
 */
final class SuiteSources {

    private static final String OPENING =
            "DriverManager.getConnection(getURL(propsWithDefaults), propsWithDefaults)";
    private static final String OURS =
            SuiteOpening.class.getName() + ".open(getURL(propsWithDefaults), propsWithDefaults)";
    private static final String UNWRAPPED =
            SuiteOpening.class.getName() + ".driversOwn($2, $1.class)";
    private static final String CAST =
            "\\(((?:PG|Pg|Base)(?:Connection|Statement|PreparedStatement))\\) "
                    + "(con\\d?|conn|connection|statement|stmt|pstmt|ps)\\b(?!\\s*\\.)";
    private static final String CAST_OF_PREPARED =
            "\\((Pg\\w*Statement)\\)\\s+(con\\d?\\s*\\.prepareStatement\\(\"[^\"]*\"\\))";
    private static final String OPENED_AS_CLASS = "PgConnection con";
    private static final String CAST_OF_OPENED = "(PgConnection) TestUtil.openDB()";
    private static final String INTERFACE = "org.postgresql.core.BaseConnection";
    private static final String OWN = SuiteOpening.class.getName() + ".driversOwn(stmt)";
    private static final String ADDRESS = "assertEquals(TestUtil.getURL(), dbmd.getURL())";
    private static final String OUR_ADDRESS =
            ADDRESS.replace(
                    "TestUtil.getURL()",
                    SuiteOpening.class.getName() + ".address(TestUtil.getURL())");

    private final Path repository;
    private final Path work;

    SuiteSources(Path repository) {
        this.repository = repository;
        this.work = repository.resolve("bench/target/pgjdbc");
    }

    /** The unpacked and patched sources; the suite's files are looked for from here. */
    Path sources() {
        return work.resolve("src");
    }

    /** The driver and us, wherever a run starts. */
    static String ownClasspath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Everything a run needs but the driver and us. */
    String classpath() {
        return work.resolve("classes")
                + File.pathSeparator
                + sources().resolve("src/test/resources")
                + File.pathSeparator
                + work.resolve("lib")
                + "/*";
    }

    /** Fetches, patches and compiles. */
    void prepare() throws IOException, InterruptedException {
        Files.createDirectories(sources());
        run(
                maven(),
                "-q",
                "-B",
                "-f",
                repository.resolve("bench/pgjdbc/pom.xml").toString(),
                "dependency:copy-dependencies",
                "-DoutputDirectory=" + work.resolve("lib"));
        run("tar", "xzf", archive().toString(), "-C", sources().toString(), "--strip=1");
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources().resolve("src/test/java"))) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path file : files) {
            patch(file);
        }
        compile(files);
    }

    private Path archive() throws IOException {
        try (Stream<Path> all = Files.list(work.resolve("lib"))) {
            return all.filter(file -> file.toString().endsWith("-jdbc-src.tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no jdbc-src archive was resolved"));
        }
    }

    private static void patch(Path file) throws IOException {
        String before = Files.readString(file);
        String after =
                before.replace(OPENING, OURS)
                        .replace("con instanceof PgConnection", "con != null")
                        .replace(CAST_OF_OPENED, "(" + INTERFACE + ") TestUtil.openDB()")
                        .replace(OPENED_AS_CLASS, INTERFACE + " con")
                        .replace("stmt.getClass().getDecl", OWN + ".getClass().getDecl")
                        .replace("Field.get(stmt)", "Field.get(" + OWN + ")")
                        .replace(ADDRESS, OUR_ADDRESS)
                        .replaceAll(CAST, UNWRAPPED)
                        .replaceAll(CAST_OF_PREPARED, UNWRAPPED);
        if (file.endsWith("TestUtil.java") && !after.contains(OURS)) {
            throw new IOException("the suite opens connections otherwise than it used to");
        }
        if (!after.equals(before)) {
            Files.writeString(file, after);
        }
    }

    private void compile(List<Path> files) throws IOException, InterruptedException {
        Path list = work.resolve("files");
        Files.writeString(
                list, files.stream().map(Path::toString).collect(Collectors.joining("\n")));
        run(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-nowarn",
                "-proc:none",
                "-encoding",
                "UTF-8",
                "-d",
                work.resolve("classes").toString(),
                "-cp",
                classpath() + File.pathSeparator + ownClasspath(),
                "@" + list);
    }

    private String maven() {
        for (String directory :
                String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, "mvn");
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return repository.resolve("mvnw").toString();
    }

    private void run(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        Path log = work.resolve("prepare.log");
        Process process =
                new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException(all.getFirst() + " failed:\n" + Files.readString(log));
        }
    }
}
