package ai.netra.apex.bench.chat;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.PgBench;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Reading a page of messages over HTTP, beside {@code pgbench -M prepared} with the very same
 * statement on the same server: what is left of the database's own speed when a request is
 * authenticated, admitted, mapped and written as JSON. They take turns.
 */
public final class ReadScenario implements Scenario {

    private static final int ROWS = 20;
    private static final int CONNECTIONS = 8;
    private static final int PERSONS = 4;
    private static final Duration WARM = Duration.ofSeconds(25);

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
        report.peer("pgbench -M prepared of the same statement");
        int rounds = options.quick() ? 1 : 3;
        Duration length = Duration.ofSeconds(options.quick() ? 2 : 6);
        try (var system = ApexSystem.start(1, Map.of("BACKEND_DATABASE_POOL", "8"))) {
            List<Reader> readers = readers(system);
            int backend = system.part("backend-1").get("port").asInt();
            int edge = system.address().getPort();
            long pid = system.pid("backend-1");
            Way direct = new Way("GET messages", pid, readers, backend, Reader::path);
            Way through =
                    new Way("GET messages through the edge", pid, readers, edge, Reader::path);
            Way floor =
                    new Way("floor: GET without database", pid, readers, backend, Reader::floor);
            Way edgeFloor = new Way("floor through the edge", pid, readers, edge, Reader::floor);
            List<Way> ways = List.of(direct, through, floor, edgeFloor);
            Duration warm = options.quick() ? length : WARM;
            direct.load.run(CONNECTIONS, warm);
            through.load.run(CONNECTIONS, warm.dividedBy(2));
            floor.load.run(CONNECTIONS, warm.dividedBy(4));
            List<Double> peers = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                var round = new LinkedHashMap<String, Object>();
                for (Way way : ways) {
                    way.measure(length, round);
                }
                Reader reader = readers.getFirst();
                peers.add(pgbench(system, reader.thread, reader.user, length));
                round.put("pgbench per second", peers.getLast());
                report.round(round);
            }
            double peer = middle(peers);
            report.add(direct.rate(peer).ratioAtLeast(0.5));
            report.add(through.rate(peer));
            report.add(floor.rate(peer));
            report.add(edgeFloor.rate(peer));
            for (Way way : ways) {
                report.add(Metric.of(way.name + ", CPU of the backend", middle(way.cpu), "ms"));
            }
            report.add(Metric.of("GET messages, p50", middle(direct.p50), "ms"));
            report.add(Metric.of("GET messages, p99", middle(direct.p99), "ms"));
            report.note(
                    "Client, edge, backend, PostgreSQL and pgbench share the machine's processors; "
                            + CONNECTIONS
                            + " connections of "
                            + PERSONS
                            + " persons. The floor is an authenticated answer of a constant"
                            + " (/api/limits): what HTTP, the filters and Spring MVC alone take.");
        }
    }

    private static double middle(List<Double> figures) {
        return new Percentiles(figures.stream().mapToDouble(d -> d).toArray()).at(50);
    }

    /** A person with a thread of as many messages as a page has. */
    private record Reader(String token, String user, String thread) {
        String path() {
            return "/api/threads/" + thread + "/messages?limit=" + ROWS;
        }

        String floor() {
            return "/api/limits";
        }
    }

    /** A way to ask, and what was measured on it. */
    private static final class Way {
        private final String name;
        private final long pid;
        private final KeepAliveLoad load;
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        private final List<Double> p50 = new ArrayList<>();
        private final List<Double> p99 = new ArrayList<>();

        Way(String name, long pid, List<Reader> readers, int port, Function<Reader, String> path) {
            this.name = name;
            this.pid = pid;
            this.load = new KeepAliveLoad(port);
            readers.forEach(r -> load.get(path.apply(r), r.token));
        }

        void measure(Duration length, Map<String, Object> round) throws Exception {
            double before = ProcessUse.of(pid).cpuSeconds();
            double[] times = load.run(CONNECTIONS, length);
            double used = ProcessUse.of(pid).cpuSeconds() - before;
            var percentiles = new Percentiles(times);
            rates.add(times.length / (length.toMillis() / 1000.0));
            cpu.add(used * 1000 / times.length);
            p50.add(percentiles.at(50));
            p99.add(percentiles.at(99));
            round.put(name + " per second", rates.getLast());
            round.put(name + ", backend CPU ms", cpu.getLast());
            round.put(name + ", p99 ms", p99.getLast());
        }

        Metric rate(double peer) {
            return Metric.beside(name, middle(rates), peer, "1/s");
        }
    }

    private static List<Reader> readers(ApexSystem system) throws Exception {
        var readers = new ArrayList<Reader>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var making = new ArrayList<Future<Reader>>();
            for (int i = 0; i < PERSONS; i++) {
                making.add(
                        tasks.submit(
                                () -> {
                                    Person person = Person.register(system.address());
                                    String thread = threadWithMessages(person);
                                    return new Reader(person.token(), userOf(person), thread);
                                }));
            }
            for (Future<Reader> each : making) {
                readers.add(each.get());
            }
        }
        return readers;
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
        // role:password
        String[] login =
                Files.readString(system.home().resolve("secrets/backend/database-login"))
                        .strip()
                        .split(":", 2);
        int port = system.part("postgres-main").get("port").asInt();
        return new PgBench(port, "apex", login[0], login[1])
                .perSecond(statement(thread, user), CONNECTIONS, length);
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
