package ai.netra.apex.launcher.stack;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.embedded.ServerProcess;
import ai.netra.apex.launcher.supervise.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part that is a program of ours; ready when it says so. */
final class ServicePart implements Part {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Program program;
    private volatile @Nullable ServerProcess process;
    private volatile boolean begun;
    private volatile boolean wasReady;

    ServicePart(Program program) {
        this.program = program;
    }

    /**
     * What to run.
     *
     * @param needs the parts that must be ready before
     * @param command made anew at each start: flags may depend on what an earlier start left
     * @param environment all of its environment; nothing secret
     * @param early whether it may begin before the parts it needs are ready
     * @param ready how it tells that it is ready
     * @param ended told after it was stopped, whether it had been ready
     */
    record Program(
            String name,
            List<String> needs,
            int port,
            Supplier<List<String>> command,
            Map<String, String> environment,
            Path directory,
            Path log,
            boolean early,
            Readiness ready,
            Consumer<Boolean> ended) {}

    @Override
    public String name() {
        return program.name();
    }

    @Override
    public List<String> needs() {
        return program.needs();
    }

    @Override
    public int port() {
        return program.port();
    }

    @Override
    public void begin(Consumer<ProcessIdentity> spawned) {
        if (program.early()) {
            spawn(spawned);
            begun = true;
        }
    }

    @Override
    public void start(Consumer<ProcessIdentity> spawned) {
        ServerProcess begunProcess = process;
        ServerProcess started = begun && begunProcess != null ? begunProcess : spawn(spawned);
        begun = false;
        started.awaitReady(START_LIMIT, () -> program.ready().isGiven(!wasReady));
        wasReady = true;
    }

    private ServerProcess spawn(Consumer<ProcessIdentity> spawned) {
        ServerProcess started =
                ServerProcess.start(
                        program.name(),
                        program.command().get(),
                        program.environment(),
                        program.directory(),
                        program.log());
        process = started;
        spawned.accept(started.identity());
        return started;
    }

    @Override
    public Optional<ProcessIdentity> process() {
        return Optional.ofNullable(process).map(ServerProcess::identity);
    }

    @Override
    public void stop(Duration grace) {
        ServerProcess running = process;
        process = null;
        if (running != null) {
            running.stop("TERM", grace);
            program.ended().accept(wasReady);
        }
    }
}
