package ai.netra.apex.launcher.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.embedded.Ports;
import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.supervise.Part;
import ai.netra.apex.launcher.supervise.PartState;
import ai.netra.apex.launcher.supervise.Shutdown;
import ai.netra.apex.launcher.supervise.Supervisor;
import ai.netra.apex.launcher.supervise.SystemState;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Supervision with real processes: started in order, restarted, stopped, and found again after a
 * kill.
 */
@Tag("NET-1")
class SupervisionIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir Path directory;
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final Progress progress =
            new Progress(new PrintStream(told, true, StandardCharsets.UTF_8), false);

    @Test
    void startsWhatIsNeededFirstAndLeavesNothingBehind() {
        Part redis = StandInSystem.redis(directory, Ports.free());
        Part web = StandInSystem.web(directory, Ports.free(), List.of("redis"));
        Supervisor supervisor = StandInSystem.supervisor(directory, List.of(redis, web));
        try {
            supervisor.start();
            assertThat(state().phase()).isEqualTo("ready");
            assertThat(part("redis").startedAtMillis())
                    .isLessThanOrEqualTo(part("web").startedAtMillis());
            assertThat(Ports.accepts(web.port())).isTrue();
        } finally {
            supervisor.stop();
        }
        assertNothingRuns(state());
        assertThat(Ports.isFree(redis.port())).isTrue();
        assertThat(Ports.isFree(web.port())).isTrue();
        assertThat(state().phase()).isEqualTo("stopped");
    }

    /** The directory's listing is what the web server says: it names the file once it is there. */
    @Test
    void beginsWhatCanWaitBesideWhatItNeedsAndCountsItAsReadyOnceItSeesThat() throws Exception {
        Part web = StandInSystem.earlyWeb(directory, Ports.free(), List.of("slow"), "all-there");
        Part slow =
                new EarlierPart(
                        () -> {
                            awaitUntil(() -> Ports.accepts(web.port()));
                            assertThat(part("web").state()).isEqualTo("starting");
                            Files.createFile(directory.resolve("all-there"));
                        });
        Supervisor supervisor = StandInSystem.supervisor(directory, List.of(slow, web));
        try {
            supervisor.start();
            assertThat(part("web").state()).isEqualTo("ready");
        } finally {
            supervisor.stop();
        }
        assertNothingRuns(state());
    }

    @Test
    void stopsWhatBeganEarlyWhenWhatItNeedsDoesNotStart() throws Exception {
        Part redis = StandInSystem.redis(directory, Ports.free());
        Part web = StandInSystem.earlyWeb(directory, Ports.free(), List.of("broken"), "");
        Supervisor supervisor =
                StandInSystem.supervisor(
                        directory, List.of(redis, StandInSystem.broken(directory), web));
        assertThatThrownBy(supervisor::start).hasMessageContaining("the moon is too low");
        assertNothingRuns(state());
        assertThat(Ports.isFree(web.port())).isTrue();
    }

    @Test
    @Tag("INF-9")
    void restartsWhatCrashesAndReportsIt() {
        Part redis = StandInSystem.redis(directory, Ports.free());
        Part web = StandInSystem.web(directory, Ports.free(), List.of("redis"));
        Supervisor supervisor = StandInSystem.supervisor(directory, List.of(redis, web));
        try {
            supervisor.start();
            for (String name : List.of("redis", "web")) {
                PartState before = part(name);
                identity(before).signal("KILL");
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(
                                () ->
                                        part(name).state().equals("ready")
                                                && part(name).pid() != before.pid());
                assertThat(part(name).restarts()).isEqualTo(1);
                assertThat(Ports.accepts(part(name).port())).isTrue();
            }
        } finally {
            supervisor.stop();
        }
        assertNothingRuns(state());
    }

    @Test
    void saysWhyAPartDoesNotStartAndStopsTheOthers() {
        Part redis = StandInSystem.redis(directory, Ports.free());
        Supervisor supervisor =
                StandInSystem.supervisor(
                        directory, List.of(redis, StandInSystem.broken(directory)));
        assertThatThrownBy(supervisor::start)
                .isInstanceOf(CliException.class)
                .hasMessageContaining("broken")
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("the moon is too low");
        assertThat(state().phase()).isEqualTo("failed");
        assertNothingRuns(state());
        assertThat(Ports.isFree(redis.port())).isTrue();
    }

    @Test
    void findsAndStopsEverythingAfterTheSupervisorWasKilled() throws Exception {
        Process supervisor = startSupervisor();
        SystemState left = state();
        supervisor.destroyForcibly().waitFor();
        left.parts().forEach(part -> assertThat(identity(part).isAlive()).as(part.name()).isTrue());
        assertThat(Shutdown.somethingRuns(left)).isTrue();

        Shutdown.all(left, progress);

        assertNothingRuns(left);
        assertThat(Shutdown.somethingRuns(left)).isFalse();
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("Stopping web")
                .contains("Stopping redis");
    }

    @Test
    void knowsAProcessBeforeItIsReady() throws Exception {
        Process supervisor =
                new ProcessBuilder(javaCommand(directory)).redirectErrorStream(true).start();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(2))
                .atMost(LIMIT)
                .until(
                        () ->
                                SystemState.read(directory.resolve("state.json"))
                                        .filter(s -> s.parts().stream().anyMatch(p -> p.pid() != 0))
                                        .isPresent());
        supervisor.destroyForcibly().waitFor();
        SystemState left = state();
        Shutdown.all(left, progress);
        assertNothingRuns(left);
        left.parts()
                .forEach(part -> assertThat(Ports.accepts(part.port())).as(part.name()).isFalse());
    }

    @Test
    void neverTouchesAProcessThatOnlyHasTheSameId() throws Exception {
        Process bystander = new ProcessBuilder("/bin/sleep", "300").start();
        try {
            ProcessIdentity real = ProcessIdentity.of(bystander.toHandle());
            long other = real.startedAtMillis() - Duration.ofMinutes(5).toMillis();
            SystemState stale =
                    new SystemState(
                            "ready",
                            real.pid(),
                            other,
                            "http://127.0.0.1",
                            null,
                            List.of(
                                    new PartState(
                                            "web", "ready", 1, real.pid(), other, 0, 0, null)));
            assertThat(Shutdown.somethingRuns(stale)).isFalse();
            Shutdown.all(stale, progress);
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly().waitFor();
        }
    }

    @Test
    void stopsInOrderWhenTheSupervisorIsAskedFromOutside() throws Exception {
        Process supervisor = startSupervisor();
        SystemState running = state();
        Shutdown.all(running, progress);
        assertThat(supervisor.waitFor()).isNotZero();
        assertNothingRuns(running);
        // The supervisor did it, not the one who asked.
        assertThat(told.toString(StandardCharsets.UTF_8)).doesNotContain("Stopping");
        assertThat(state().phase()).isEqualTo("stopped");
    }

    private static void awaitUntil(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(LIMIT).until(condition);
    }

    /** What a part needs, ready when {@code work} is done; it is no process. */
    private record EarlierPart(Work work) implements Part {

        interface Work {
            void run() throws Exception;
        }

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public List<String> needs() {
            return List.of();
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public void start(java.util.function.Consumer<ProcessIdentity> spawned) {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public java.util.Optional<ProcessIdentity> process() {
            return java.util.Optional.empty();
        }

        @Override
        public void stop(Duration grace) {}
    }

    private Process startSupervisor() throws Exception {
        Process supervisor =
                new ProcessBuilder(javaCommand(directory))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("supervisor.log").toFile())
                        .start();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> Files.exists(directory.resolve("ready")) || !supervisor.isAlive());
        assertThat(supervisor.isAlive())
                .as(directory.resolve("supervisor.log").toString())
                .isTrue();
        return supervisor;
    }

    private static List<String> javaCommand(Path directory) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StandInSystem.class.getName(),
                directory.toString());
    }

    private SystemState state() {
        return SystemState.read(directory.resolve("state.json")).orElseThrow();
    }

    private PartState part(String name) {
        return state().parts().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ProcessIdentity identity(PartState part) {
        return new ProcessIdentity(part.pid(), part.startedAtMillis());
    }

    private static void assertNothingRuns(SystemState state) {
        for (PartState part : state.parts()) {
            assertThat(part.pid() != 0 && identity(part).isAlive()).as(part.name()).isFalse();
        }
    }
}
