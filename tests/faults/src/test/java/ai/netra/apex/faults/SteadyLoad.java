package ai.netra.apex.faults;

import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import ai.netra.apex.testing.tls.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * People who use the system without a pause until they are told to stop: they sign in, renew their
 * sign-in, read, and chat with a model to the end of its answer. A request fails when it is
 * answered with anything but what it should be, whatever may be tried again.
 */
final class SteadyLoad implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private static final SSLContext TRUST = TestCertificate.trusting(Canaries.AUTHORITY);

    private final AtomicBoolean stop = new AtomicBoolean();
    private final ConcurrentMap<String, AtomicInteger> done = new ConcurrentSkipListMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> people;

    private interface Doing {
        void once() throws IOException, InterruptedException;
    }

    private SteadyLoad(ApexSystem system, String model, int tlsPort)
            throws IOException, InterruptedException {
        Person reader = Person.register(system.address());
        Person renewer = Person.register(system.address());
        Person chatter = Person.register(system.address());
        String thread = chatter.newThread();
        people =
                Stream.of(
                                person("sign-in", () -> Person.register(system.address())),
                                person("renewal", renewer::refresh),
                                person("reading", () -> read(reader, "/api/threads")),
                                person("who am I", () -> read(reader, "/auth/me")),
                                person("HTTPS", () -> visit(tlsPort)),
                                person("usage", () -> read(reader, "/api/usage")),
                                person("chat", () -> chat(chatter, thread, model)))
                        .toList();
        people.forEach(Thread::start);
    }

    static SteadyLoad on(ApexSystem system, String model, int tlsPort)
            throws IOException, InterruptedException {
        return new SteadyLoad(system, model, tlsPort);
    }

    private Thread person(String what, Doing doing) {
        AtomicInteger count = done.computeIfAbsent(what, _ -> new AtomicInteger());
        return Thread.ofVirtual()
                .name(what)
                .unstarted(
                        () -> {
                            while (!stop.get()) {
                                try {
                                    doing.once();
                                    count.incrementAndGet();
                                } catch (IOException | AssertionError | RuntimeException e) {
                                    failures.add(what + ": " + e);
                                } catch (InterruptedException e) {
                                    return;
                                }
                            }
                        });
    }

    private static void read(Person person, String path) throws IOException, InterruptedException {
        person.expect(200, person.send("GET", path, null));
    }

    /** Somebody new comes, with a connection of his own. */
    private static void visit(int port) throws IOException, InterruptedException {
        try (HttpClient visitor = HttpClient.newBuilder().sslContext(TRUST).build()) {
            URI page = URI.create("https://localhost:" + port + "/api/models");
            int status =
                    visitor.send(
                                    HttpRequest.newBuilder(page).timeout(ANSWER).build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode();
            if (status != 401) {
                throw new AssertionError("a stranger is answered " + status);
            }
        }
    }

    private static void chat(Person person, String thread, String model)
            throws IOException, InterruptedException {
        String run =
                person.ask(thread, UUID.randomUUID().toString(), "Is it so?", model)
                        .get("runId")
                        .asString();
        long end = System.nanoTime() + ANSWER.toNanos();
        String state = "";
        while (!state.equals("completed")) {
            HttpResponse<String> answer = person.send("GET", "/api/runs/" + run, null);
            state = person.expect(200, answer).get("state").asString();
            if (state.equals("failed") || state.equals("stopped") || System.nanoTime() > end) {
                throw new AssertionError("the run ended as " + answer.body());
            }
        }
    }

    /** What has gone wrong so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** How often each thing has been done so far. */
    Map<String, Integer> done() {
        Map<String, Integer> counts = new TreeMap<>();
        done.forEach((what, count) -> counts.put(what, count.get()));
        return counts;
    }

    @Override
    public void close() {
        stop.set(true);
        for (Thread person : people) {
            try {
                person.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
