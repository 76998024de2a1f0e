package ai.netra.apex.bench.chat;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reading a page of messages over HTTP, beside {@code pgbench -M prepared} with the very same
 * statement on the same server: what is left of the database's own speed when a request is
 * authenticated, admitted, mapped and written as JSON. They take turns.
 */
public final class ReadScenario implements Scenario {

    private static final int ROWS = 20;
    private static final int CONNECTIONS = 8;
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    @Override
    public String name() {
        return "read";
    }

    @Override
    public String description() {
        return "GET messages of 20 rows, beside pgbench -M prepared of the same statement";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        int rounds = options.quick() ? 1 : 5;
        Duration length = Duration.ofSeconds(options.quick() ? 2 : 10);
        try (var system = ApexSystem.start(1, Map.of("BACKEND_DATABASE_POOL", "8"))) {
            Person person = Person.register(system.address());
            String thread = threadWithMessages(person);
            var load =
                    new KeepAliveLoad(
                            system.part("backend-1").get("port").asInt(),
                            "/api/threads/" + thread + "/messages?limit=" + ROWS,
                            person.token());
            load.run(CONNECTIONS, length); // warms up the compiler and the caches
            double ours = 0;
            double peers = 0;
            double cpu = 0;
            double[] times = {};
            for (int i = 0; i < rounds; i++) {
                double before = ProcessUse.of(system.pid("backend-1")).cpuSeconds();
                times = load.run(CONNECTIONS, length);
                double used = ProcessUse.of(system.pid("backend-1")).cpuSeconds() - before;
                double rate = times.length / (length.toMillis() / 1000.0);
                double peer = pgbench(system, thread, userOf(person), length);
                var percentiles = new Percentiles(times);
                report.round(
                        Map.of(
                                "requestsPerSecond",
                                rate,
                                "pgbenchPerSecond",
                                peer,
                                "cpuMillisPerRequest",
                                used * 1000 / times.length,
                                "p50Millis",
                                percentiles.at(50),
                                "p99Millis",
                                percentiles.at(99)));
                ours += rate / rounds;
                peers += peer / rounds;
                cpu += used * 1000 / times.length / rounds;
            }
            report.add(Metric.beside("requests per second", ours, peers, "1/s").ratioAtLeast(0.5));
            report.add(Metric.of("CPU per request, backend", cpu, "ms"));
            report.add(Metric.of("p50 of the last round", new Percentiles(times).at(50), "ms"));
            report.add(Metric.of("p99 of the last round", new Percentiles(times).at(99), "ms"));
            report.note("Client, backend, PostgreSQL and pgbench share the machine's processors.");
        }
    }

    private static String threadWithMessages(Person person) throws Exception {
        String thread = person.newThread();
        for (int i = 0; i < ROWS / 2; i++) {
            person.ask(thread, UUID.randomUUID().toString(), "Hello, number " + i, "apex/guide");
            awaitAnswers(person, thread);
        }
        return thread;
    }

    private static void awaitAnswers(Person person, String thread) throws Exception {
        for (int attempt = 0; attempt < 300; attempt++) {
            boolean open = false;
            for (JsonNode message : person.messages(thread)) {
                open |= message.get("status").asString().equals("streaming");
            }
            if (!open) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IOException("the guide did not answer within 30 s");
    }

    private static String userOf(Person person) throws Exception {
        JsonNode me = person.expect(200, person.send("GET", "/auth/me", null));
        return (me.has("user") ? me.get("user") : me).get("id").asString();
    }

    private static double pgbench(ApexSystem system, String thread, String user, Duration length)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("apex-pgbench-");
        Path script = directory.resolve("read.sql");
        Files.writeString(script, statement(thread, user));
        int port = system.part("postgres-main").get("port").asInt();
        String password =
                Files.readString(system.home().resolve("secrets/backend/database-password"))
                        .strip();
        Path passFile = directory.resolve("pgpass");
        Files.writeString(passFile, "127.0.0.1:" + port + ":apex:*:" + password + "\n");
        Files.setPosixFilePermissions(passFile, PosixFilePermissions.fromString("rw-------"));
        var builder =
                new ProcessBuilder(
                                List.of(
                                        "pgbench",
                                        "-n",
                                        "-M",
                                        "prepared",
                                        "-c",
                                        "" + CONNECTIONS,
                                        "-j",
                                        "2",
                                        "-T",
                                        "" + length.toSeconds(),
                                        "-f",
                                        script.toString(),
                                        "-h",
                                        "127.0.0.1",
                                        "-p",
                                        "" + port,
                                        "-U",
                                        "apex_backend",
                                        "apex"))
                        .redirectErrorStream(true);
        builder.environment().put("PGPASSFILE", passFile.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Files.delete(passFile);
        Files.delete(script);
        Files.delete(directory);
        Matcher tps = TPS.matcher(output);
        if (!tps.find()) {
            throw new IOException("pgbench (package postgresql-client or -contrib): " + output);
        }
        return Double.parseDouble(tps.group(1));
    }

    /** The statement of the endpoint, as the backend sends it. */
    private static String statement(String thread, String user) {
        return """
        SELECT m.id, m.thread_id, m.role, m.content, m.created_at, m.status, m.parent_id, m.model,
          m.run_id, m.client_message_id, m.duration_ms, m.input_tokens, m.output_tokens, m.problem,
          m.steps, m.depth, m.sibling_count
        FROM message m JOIN thread t ON t.id = m.thread_id
        WHERE m.thread_id = '%s' AND m.active AND m.depth < 2147483647
          AND t.user_id = '%s' AND t.deleted_at IS NULL
        ORDER BY m.depth DESC LIMIT 21;
        """
                .formatted(thread, user);
    }
}
