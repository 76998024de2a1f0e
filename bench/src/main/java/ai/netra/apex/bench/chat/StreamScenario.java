package ai.netra.apex.bench.chat;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import ai.netra.apex.testing.system.Socket;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Many runs stream at once through edge and WebSocket. A provider of its own process speaks the
 * OpenAI protocol and stamps each delta with the time it was sent, so that the delay at the
 * browser's side is what we add. The provider's own pace is the limit we are beside.
 */
public final class StreamScenario implements Scenario {

    private static final int DELTAS = 200;
    private static final int PER_SECOND = 50;
    private static final int RUNS_PER_PERSON = 10;
    private static final List<String> PARTS =
            List.of(
                    "edge",
                    "backend-1",
                    "auth",
                    "frontend",
                    "postgres-main",
                    "redis",
                    "clickhouse");

    @Override
    public String name() {
        return "stream";
    }

    @Override
    public String description() {
        return "500 runs at once, 200 deltas each at 50/s, through edge and WebSocket";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        int runs = options.quick() ? 20 : 500;
        try (var provider = ModelProviderProcess.start(DELTAS, PER_SECOND);
                var system = ApexSystem.start(1, settings(provider))) {
            String model = modelOf(system);
            // The first round warms the JVMs up and is kept beside the others.
            List<Integer> rounds = options.quick() ? List.of(5, runs) : List.of(50, 100, 250, runs);
            for (int count : rounds) {
                Round round = measure(system, model, count);
                report.round(round.raw());
                if (count == runs) {
                    tell(round, report);
                }
            }
        }
    }

    private static Map<String, String> settings(ModelProviderProcess provider) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("OPENAI_BASE_URL", provider.baseUrl());
        settings.put("OPENAI_API_KEY", "sk-benchmark-without-meaning-0123456789");
        settings.put("BACKEND_MODELS_CONCURRENT", "1000");
        return settings;
    }

    private static String modelOf(ApexSystem system) throws IOException, InterruptedException {
        Person somebody = Person.register(system.address());
        for (int attempt = 0; attempt < 100; attempt++) {
            JsonNode models =
                    somebody.expect(200, somebody.send("GET", "/api/models", null)).get("items");
            for (JsonNode model : models) {
                if (model.get("id").asString().contains("load-test")) {
                    return model.get("id").asString();
                }
            }
            Thread.sleep(
                    Duration.ofMillis(200)); // the catalogue asks the provider in the background
        }
        throw new IllegalStateException("the provider's model did not appear in /api/models");
    }

    private static Round measure(ApexSystem system, String model, int runs) throws Exception {
        var people = new ArrayList<Person>();
        for (int i = 0; i < (runs + RUNS_PER_PERSON - 1) / RUNS_PER_PERSON; i++) {
            people.add(Person.register(system.address()));
        }
        var recorder = new StreamRecorder(runs, DELTAS);
        Map<String, ProcessUse> before = uses(system);
        long from = System.nanoTime();
        try (var http = HttpClient.newHttpClient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sockets = new ArrayList<Socket>();
            for (Person person : people) {
                sockets.add(Socket.open(http, person, recorder::accept));
            }
            var sends = new ArrayList<Future<?>>();
            for (int i = 0; i < runs; i++) {
                Person person = people.get(i % people.size());
                Socket socket = sockets.get(i % people.size());
                sends.add(threads.submit(() -> ask(person, socket, model)));
            }
            for (Future<?> send : sends) {
                send.get();
            }
            recorder.done().get(5, TimeUnit.MINUTES);
            sockets.forEach(Socket::close);
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        return new Round(runs, seconds, recorder, before, uses(system));
    }

    private static Void ask(Person person, Socket socket, String model) throws Exception {
        String thread = person.newThread();
        socket.send(
                Map.of(
                        "type",
                        "send_message",
                        "threadId",
                        thread,
                        "clientMessageId",
                        UUID.randomUUID().toString(),
                        "content",
                        "Speak.",
                        "model",
                        model));
        return null;
    }

    private static Map<String, ProcessUse> uses(ApexSystem system)
            throws IOException, InterruptedException {
        var uses = new LinkedHashMap<String, ProcessUse>();
        for (String part : PARTS) {
            uses.put(part, ProcessUse.of(system.pid(part)));
        }
        return uses;
    }

    private static void tell(Round round, Report report) {
        Percentiles delays = round.recorder().delaysMillis();
        report.add(Metric.of("runs", round.runs(), "runs"));
        report.add(Metric.of("deltas received", round.recorder().received(), "deltas"));
        report.add(Metric.of("events lost", (double) round.recorder().lost(), "events").atMost(0));
        report.add(
                Metric.of("events duplicated", round.recorder().duplicated(), "events").atMost(0));
        report.add(Metric.of("runs that failed", round.recorder().failed(), "runs").atMost(0));
        report.add(Metric.of("delay p50", delays.at(50), "ms"));
        report.add(Metric.of("delay p99", delays.at(99), "ms"));
        report.add(
                Metric.beside(
                        "deltas per second",
                        round.recorder().received() / round.seconds(),
                        (double) round.runs() * PER_SECOND,
                        "1/s"));
        double millions = round.recorder().received() / 1e6;
        round.cpuSeconds()
                .forEach(
                        (part, cpu) -> report.add(Metric.of("CPU " + part, cpu / millions, "s/M")));
        round.after()
                .forEach(
                        (part, use) ->
                                report.add(Metric.of("RSS " + part, use.rssMegabytes(), "MB")));
        report.note("The peer of 'deltas per second' is the pace of the provider itself.");
    }

    private record Round(
            int runs,
            double seconds,
            StreamRecorder recorder,
            Map<String, ProcessUse> before,
            Map<String, ProcessUse> after) {

        Map<String, Object> raw() {
            Percentiles delays = recorder.delaysMillis();
            var raw = new LinkedHashMap<String, Object>();
            raw.put("runs", runs);
            raw.put("seconds", seconds);
            raw.put("received", recorder.received());
            raw.put("lost", recorder.lost());
            raw.put("duplicated", recorder.duplicated());
            raw.put("failed", recorder.failed());
            for (double p : new double[] {50, 90, 99, 99.9}) {
                raw.put("delayMillisP" + p, delays.at(p));
            }
            cpuSeconds().forEach((part, cpu) -> raw.put("cpuSeconds " + part, cpu));
            return raw;
        }

        Map<String, Double> cpuSeconds() {
            var used = new LinkedHashMap<String, Double>();
            after.forEach((part, use) -> used.put(part, use.cpuSeconds()));
            before.forEach(
                    (part, use) -> used.computeIfPresent(part, (_, c) -> c - use.cpuSeconds()));
            return used;
        }
    }
}
