package ai.netra.apex.bench.chat;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.testing.system.Person;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long a person waits: from {@code ./apex up} on a built tree until a question is answered, the
 * registration in between included. On empty data (clusters and secrets are made, tables migrated)
 * and on kept data.
 */
public final class StartScenario implements Scenario {

    private static final JsonMapper JSON = new JsonMapper();
    private static final double GOAL_SECONDS = 12;
    private static final long ANSWER_SECONDS = 120;
    private static final long POLL_MILLIS = 20;
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String description() {
        return "seconds from ./apex up on a built tree to the first answered chat, memory per process";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        int rounds = options.quick() ? 1 : 3;
        // The first start of a build records its start-up caches; what it takes is kept, not
        // counted.
        report.round(fresh(options.repository(), "first of the build", report, false));
        List<Double> empty = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Map<String, Object> round =
                    fresh(options.repository(), "empty data", report, i == rounds - 1);
            report.round(round);
            empty.add((Double) round.get("answered"));
        }
        List<Double> kept = new ArrayList<>();
        Path home = Files.createTempDirectory("apex-start-");
        try {
            start(options.repository(), home, "to be kept", report, false);
            for (int i = 0; i < rounds; i++) {
                Map<String, Object> round =
                        start(options.repository(), home, "kept data", report, false);
                report.round(round);
                kept.add((Double) round.get("answered"));
            }
        } finally {
            delete(home);
        }
        report.add(
                Metric.of("start on empty data to first answer", median(empty), "s")
                        .atMost(GOAL_SECONDS));
        report.add(
                Metric.of("start on kept data to first answer", median(kept), "s")
                        .atMost(GOAL_SECONDS));
    }

    private static Map<String, Object> fresh(
            Path repository, String kind, Report report, boolean memory)
            throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("apex-start-");
        try {
            return start(repository, home, kind, report, memory);
        } finally {
            delete(home);
        }
    }

    /** One start, one chat, one stop. */
    private static Map<String, Object> start(
            Path repository, Path home, String kind, Report report, boolean memory)
            throws IOException, InterruptedException {
        try {
            long from = System.nanoTime();
            String told = apex(repository, home, "up", "--detach", "--any-ports");
            double ready = seconds(from);
            Matcher address = ADDRESS.matcher(told);
            if (!address.find()) {
                throw new IllegalStateException("./apex up failed:\n" + told);
            }
            Person person = Person.register(URI.create(address.group()));
            String thread = person.newThread();
            person.ask(thread, UUID.randomUUID().toString(), "What can you do?", "apex/guide");
            awaitAnswer(person, thread);
            double answered = seconds(from);
            Map<String, Object> round = new LinkedHashMap<>();
            round.put("data", kind);
            round.put("ready", ready);
            round.put("answered", answered);
            round.put("parts", parts(repository, home, report, memory));
            return round;
        } finally {
            apex(repository, home, "down");
        }
    }

    private static void awaitAnswer(Person person, String thread)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (System.nanoTime() < end) {
            for (JsonNode message : person.messages(thread)) {
                if (message.get("role").asString().equals("assistant")
                        && message.get("status").asString().equals("complete")) {
                    return;
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IllegalStateException("No answer within " + ANSWER_SECONDS + " s.");
    }

    private static Map<String, Object> parts(
            Path repository, Path home, Report report, boolean memory)
            throws IOException, InterruptedException {
        String status = apex(repository, home, "status", "--json");
        Map<String, Object> parts = new LinkedHashMap<>();
        for (JsonNode part : JSON.readTree(status.substring(status.indexOf('{'))).get("parts")) {
            String name = part.get("name").asString();
            double rss = ProcessUse.of(part.get("pid").asLong()).rssMegabytes();
            parts.put(name, Map.of("seconds", part.get("seconds").asDouble(), "rssMegabytes", rss));
            if (memory) {
                report.add(Metric.of("memory of " + name, rss, "MiB"));
            }
        }
        return parts;
    }

    private static String apex(Path repository, Path home, String... words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(repository.resolve("apex").toString()));
        command.addAll(List.of(words));
        // A file, not a pipe: what goes on in the background would keep a pipe open for ever.
        Path output = Files.createTempFile("apex-start-", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(repository.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(output.toFile());
            builder.environment().put("APEX_HOME", home.toString());
            builder.environment()
                    .put("JAVA_HOME", Objects.requireNonNull(System.getProperty("java.home")));
            builder.start().waitFor();
            return Files.readString(output, StandardCharsets.UTF_8);
        } finally {
            Files.delete(output);
        }
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
