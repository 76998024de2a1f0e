package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.servicekit.RunningService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many runs on few sessions, and readers that do not read. */
class StreamsIT {

    private static final int RUNS = 200;
    private static final int LOOKS = 500;

    @Test
    @Tag("GLD-5")
    void twoHundredStreamingRunsHoldNoSessionOfAPoolOfFive() {
        try (RunningService backend =
                BackendService.start(Parts.platform().config(5), ScriptedAgent.class)) {
            DatabaseManager database = backend.get(DatabaseManager.class);
            Api person = Api.person(backend.port());
            var runs = new ArrayList<String>();
            try (Socket socket = Socket.of(person)) {
                for (int i = 0; i < RUNS; i++) {
                    String run = person.ask(person.thread(), "count 100000 100");
                    runs.add(run);
                }
                for (String run : runs.subList(0, 50)) {
                    socket.subscribe(run, 0);
                }
                await().atMost(Duration.ofSeconds(60))
                        .until(
                                () ->
                                        runs.subList(0, 50).stream()
                                                .allMatch(r -> socket.events(r).size() > 3));
                assertThat(states(person, runs)).containsOnly("running");

                assertThat(database.snapshot().poolSize()).as("sessions there are").isEqualTo(5);
                // What the engine itself asks for, now and then, is all there is: looked at often.
                int most = 0;
                int free = 0;
                for (int i = 0; i < LOOKS; i++) {
                    int inUse = database.snapshot().inUse();
                    most = Math.max(most, inUse);
                    free += inUse == 0 ? 1 : 0;
                    LockSupport.parkNanos(2_000_000);
                }
                assertThat(most).as("sessions in use at once").isLessThanOrEqualTo(2);
                assertThat(free).as("looks at which no session was in use").isPositive();
                // And somebody else's requests are served meanwhile, on the same five sessions.
                Api other = Api.person(backend.port());
                String thread = other.thread();
                for (int i = 0; i < 20; i++) {
                    assertThat(other.get("/api/threads/" + thread).status()).isEqualTo(200);
                }
                try (var threads = Executors.newFixedThreadPool(4)) {
                    runs.forEach(
                            r ->
                                    threads.execute(
                                            () ->
                                                    person.post(
                                                            "/api/runs/" + r + "/stop", Map.of())));
                }
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> states(person, runs).stream().allMatch("stopped"::equals));
            }
        }
    }

    private static List<String> states(Api person, List<String> runs) {
        return runs.stream().map(person::runState).toList();
    }

    @Test
    @Tag("GLD-4")
    void aReaderThatDoesNotReadIsCutOffAndResumesLater() throws IOException {
        var config = Parts.platform().config();
        var usual = config.socket();
        var socketConfig =
                new ai.netra.apex.backend.socket.SocketConfig(
                        usual.maxFrameCharacters(),
                        usual.framesPerSecond(),
                        usual.frameBurst(),
                        usual.maxSubscriptions(),
                        usual.authenticateWithin(),
                        usual.pingInterval(),
                        usual.silence(),
                        Duration.ofSeconds(1),
                        usual.keepAlive());
        try (RunningService backend =
                BackendService.start(
                        Platform.with(config, config.run(), socketConfig), ScriptedAgent.class)) {
            Api person = Api.person(backend.port());
            var runs = new ArrayList<String>();
            for (int i = 0; i < 24; i++) {
                runs.add(person.ask(person.thread(), "fill 390"));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> states(person, runs).stream().allMatch("completed"::equals));
            try (var raw = new java.net.Socket()) {
                raw.setReceiveBufferSize(4_096);
                raw.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), backend.port()));
                RawWebSocket stuck = RawWebSocket.over(raw);
                stuck.send("{\"type\":\"authenticate\",\"token\":\"" + person.token() + "\"}");
                // Asks for more than the kernel buffers on the way and reads none of it.
                for (String run : runs) {
                    stuck.send("{\"type\":\"subscribe\",\"runId\":\"" + run + "\"}");
                }
                await().atMost(Duration.ofSeconds(60)).until(() -> sockets(backend) == 0);
            }
            try (Socket socket = Socket.of(person)) {
                socket.subscribe(runs.getFirst(), 1);
                assertThat(Socket.text(socket.awaitEnd(runs.getFirst()))).hasSize(390_000);
            }
        }
    }

    private static double sockets(RunningService backend) {
        return backend.get(io.micrometer.core.instrument.MeterRegistry.class)
                .get("apex.sockets")
                .gauge()
                .value();
    }
}
