package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("NET-1")
class EdgeFailoverIT {
    @TempDir Path directory;

    @Test
    @Tag("ERR-5")
    void killing_one_of_two_replicas_fails_no_get_and_sends_no_post_twice() throws Exception {
        Path orders = directory.resolve("orders");
        int port = EdgeFixture.freePort();
        int otherPort = EdgeFixture.freePort();
        Process victim = replicaProcess(port, "victim", orders);
        Process other = replicaProcess(otherPort, "other", orders);
        try (EdgeFixture edge =
                EdgeFixture.inFrontOf(
                        UnaryOperator.identity(),
                        List.of(uri(port)),
                        List.of(uri(port), uri(otherPort)),
                        List.of(uri(port)))) {
            edge.awaitAllReady();
            var stop = new AtomicBoolean();
            Queue<String> failedGets = new ConcurrentLinkedQueue<>();
            Queue<String> accepted = new ConcurrentLinkedQueue<>();
            var sent = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            while (!stop.get()) {
                                                var who = edge.get("/api/who");
                                                if (who.statusCode() != 200) {
                                                    failedGets.add(who.body());
                                                }
                                            }
                                        }));
                clients.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            while (!stop.get()) {
                                                String id = "o" + sent.incrementAndGet();
                                                if (order(edge, id).statusCode() == 201) {
                                                    accepted.add(id);
                                                }
                                            }
                                        }));
            }
            await().until(() -> accepted.size() > 200);
            victim.destroyForcibly().waitFor();
            int then = accepted.size();
            await().atMost(Duration.ofSeconds(30)).until(() -> accepted.size() > then + 400);
            stop.set(true);
            for (Thread client : clients) {
                client.join();
            }

            List<String> executed = Files.readAllLines(orders);
            Set<String> once = new HashSet<>(executed);
            assertThat(failedGets).isEmpty();
            assertThat(executed).doesNotHaveDuplicates();
            assertThat(once).containsAll(accepted);

            Process again = replicaProcess(port, "again", orders);
            try {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> edge.get("/api/who").body().equals("again"));
            } finally {
                again.destroyForcibly().waitFor();
            }
        } finally {
            victim.destroyForcibly().waitFor();
            other.destroyForcibly().waitFor();
        }
    }

    private static HttpResponse<String> order(EdgeFixture edge, String id) {
        return edge.send(
                edge.request("/api/orders/" + id).POST(BodyPublishers.ofString("{}")).build());
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static Process replicaProcess(int port, String name, Path orders) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestReplica.class.getName(),
                        Integer.toString(port),
                        name,
                        orders.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    @Tag("INF-9")
    void a_replica_that_is_not_ready_gets_no_requests_until_it_is() {
        try (var one = TestReplica.start("one");
                var two = TestReplica.start("two");
                var edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one, two)) {
            edge.awaitAllReady();
            one.readyStatus = 503;
            await().until(() -> edge.get("/health").body().contains("\"degraded\""));

            for (int i = 0; i < 50; i++) {
                assertThat(edge.get("/api/who").body()).isEqualTo("two");
            }

            one.readyStatus = 200;
            edge.awaitAllReady();
            await().until(() -> edge.get("/api/who").body().equals("one"));
        }
    }

    @Test
    void where_no_replica_is_ready_the_ones_that_live_may_answer_for_themselves() {
        try (var one = TestReplica.start("one");
                var edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one)) {
            one.readyStatus = 503;
            await().until(() -> edge.get("/health").body().contains("answers 503"));

            assertThat(edge.get("/api/who").body()).isEqualTo("one");
        }
    }

    @Test
    void a_service_that_is_away_is_told_as_503_to_programs_and_as_a_page_to_browsers()
            throws IOException {
        try (var backend = TestReplica.start("backend");
                var edge =
                        EdgeFixture.inFrontOf(
                                UnaryOperator.identity(),
                                List.of(uri(EdgeFixture.freePort())),
                                List.of(backend.uri()),
                                List.of(uri(EdgeFixture.freePort())))) {
            var program = edge.get("/auth/me");
            var browser =
                    edge.send(edge.request("/threads").header("Accept", "text/html,*/*").build());

            assertThat(program.statusCode()).isEqualTo(503);
            assertThat(program.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
            assertThat(program.headers().firstValue("Retry-After")).isPresent();
            assertThat(program.body())
                    .contains("\"code\":\"unavailable\"", "\"retryable\":true", "auth");
            assertThat(browser.statusCode()).isEqualTo(503);
            assertThat(browser.headers().firstValue("Content-Type"))
                    .contains("text/html; charset=utf-8");
            assertThat(browser.body()).contains("<h1>", "http-equiv=\"refresh\"");
            assertThat(edge.get("/api/who").body()).isEqualTo("backend");
            assertThat(edge.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_post_whose_replica_breaks_off_is_told_as_502_and_was_sent_once() {
        try (var one = TestReplica.start("one");
                var two = TestReplica.start("two");
                var edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one, two)) {
            edge.awaitAllReady();
            int before = one.requests.get() + two.requests.get();
            var response =
                    edge.send(edge.request("/api/die").POST(BodyPublishers.ofString("{}")).build());

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("\"code\":\"bad_gateway\"", "not known");
            assertThat(one.requests.get() + two.requests.get()).isEqualTo(before + 1);
        }
    }

    @Test
    void a_get_whose_replica_breaks_off_is_tried_elsewhere_but_not_for_ever() {
        try (var one = TestReplica.start("one");
                var two = TestReplica.start("two");
                var edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one, two)) {
            edge.awaitAllReady();
            int before = one.requests.get() + two.requests.get();

            assertThat(edge.get("/api/die").statusCode()).isEqualTo(502);
            assertThat(one.requests.get() + two.requests.get())
                    .isEqualTo(before + ReplicaGroup.TRIES);
            assertThat(one.requests.get()).isPositive();
            assertThat(two.requests.get()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void what_may_have_been_done_is_never_sent_twice(String method) {
        try (var one = TestReplica.start("one");
                var two = TestReplica.start("two");
                var edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one, two)) {
            edge.awaitAllReady();

            var answer =
                    edge.send(
                            edge.request("/api/die")
                                    .method(method, BodyPublishers.noBody())
                                    .build());

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("\"code\":\"bad_gateway\"");
            assertThat(one.requests.get() + two.requests.get()).isOne();
        }
    }

    @Test
    void an_answer_that_breaks_off_in_the_middle_never_looks_complete() {
        try (var one = TestReplica.start("one");
                var edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one)) {
            edge.awaitAllReady();

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> edge.get("/api/cut"))
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void a_stop_waits_for_requests_under_way_and_says_it_is_not_ready() throws Exception {
        try (var one = TestReplica.start("one")) {
            EdgeFixture edge = EdgeFixture.inFrontOf(UnaryOperator.identity(), one);
            edge.awaitAllReady();
            var answer =
                    edge.http.sendAsync(
                            edge.request("/api/wait").build(),
                            HttpResponse.BodyHandlers.ofString());
            await().until(() -> edge.edge.activeRequests() == 1);
            Thread stopping = Thread.ofPlatform().start(edge.edge::close);
            await().until(() -> edge.get("/health/ready").statusCode() == 503);
            assertThat(stopping.isAlive()).isTrue();

            one.release.countDown();

            assertThat(answer.get().body()).isEqualTo("released");
            stopping.join();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> edge.get("/api/who"))
                    .hasRootCauseInstanceOf(IOException.class);
            edge.close();
        }
    }
}
