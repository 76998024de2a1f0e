package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link BorrowBenchmark} under JMH, at one and at eight threads. JMH's code is generated from the
 * compiled class when this runs, into {@code bench/target/jmh}, so that the build knows nothing of
 * it.
 */
public final class JmhScenario implements Scenario {

    private static final int[] THREADS = {1, 8};

    /** Nanoseconds of each round: thread count, then pool. */
    private final Map<Integer, Map<String, List<Double>>> seen = new TreeMap<>();

    @Override
    public String name() {
        return "jmh";
    }

    @Override
    public String description() {
        return "JMH: borrow and return at 1 and 8 threads, ours and raw HikariCP";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        report.peer("raw HikariCP");
        Path work = options.repository().resolve("bench/target/jmh");
        Files.createDirectories(work);
        String classpath =
                work + java.io.File.pathSeparator + System.getProperty("java.class.path");
        // Given a class's name, the compiler lets the processor look at it and compiles what that
        // writes.
        process(
                work,
                "javac",
                List.of(
                        "-nowarn",
                        "-processor",
                        "org.openjdk.jmh.generators.BenchmarkProcessor",
                        "-cp",
                        classpath,
                        "-d",
                        work.toString(),
                        BorrowBenchmark.class.getName()));
        int rounds = options.quick() ? 1 : 3;
        for (int round = 0; round < rounds; round++) {
            for (int threads : THREADS) {
                measure(work, classpath, threads, options.quick(), round, report);
            }
        }
        for (int threads : THREADS) {
            String on = " (" + threads + (threads == 1 ? " thread)" : " threads)");
            double ours = Stopwatch.median(of(threads, "guarded")) / 1000;
            double raw = Stopwatch.median(of(threads, "raw")) / 1000;
            report.add(Metric.beside("borrow and return" + on, ours, raw, "µs"));
            report.add(Metric.of("borrow, more than raw" + on, ours - raw, "µs").atMost(2));
        }
        report.note(
                "JMH's average time of an operation in each thread. No byte goes to the server, so"
                        + " the driver stands still; with more threads than processors a thread's"
                        + " time has its waiting for a processor in it.");
    }

    private void measure(
            Path work, String classpath, int threads, boolean quick, int round, Report report)
            throws IOException, InterruptedException {
        Path file = work.resolve("result.json");
        Files.deleteIfExists(file);
        String seconds = quick ? "100ms" : "1s";
        process(
                work,
                "java",
                List.of(
                        "-cp",
                        classpath,
                        "org.openjdk.jmh.Main",
                        BorrowBenchmark.class.getName(),
                        "-bm",
                        "avgt",
                        "-tu",
                        "ns",
                        "-f",
                        "1",
                        "-wi",
                        "3",
                        "-w",
                        seconds,
                        "-i",
                        "5",
                        "-r",
                        seconds,
                        "-t",
                        Integer.toString(threads),
                        "-rf",
                        "json",
                        "-rff",
                        file.toString()));
        for (JsonNode each : JsonMapper.shared().readTree(Files.readString(file))) {
            String kind = each.get("params").get("kind").asString();
            for (JsonNode nanos : each.get("primaryMetric").get("rawData").get(0)) {
                of(threads, kind).add(nanos.asDouble());
                report.round(
                        Map.of(
                                "round",
                                round,
                                "threads",
                                threads,
                                "pool",
                                kind,
                                "nanos",
                                nanos.asDouble()));
            }
        }
    }

    private List<Double> of(int threads, String kind) {
        return seen.computeIfAbsent(threads, _ -> new TreeMap<>())
                .computeIfAbsent(kind, _ -> new ArrayList<>());
    }

    private static void process(Path work, String program, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", program).toString());
        command.addAll(arguments);
        Path log = work.resolve(program + ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException(program + " failed:\n" + Files.readString(log));
        }
    }
}
