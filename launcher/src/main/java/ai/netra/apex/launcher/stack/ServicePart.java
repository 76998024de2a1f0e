package ai.netra.apex.launcher.stack;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.embedded.ServerProcess;
import ai.netra.apex.launcher.supervise.Part;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part that is a program of ours; it is ready when its readiness address answers 200. */
final class ServicePart implements Part {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final int PROBE_MILLIS = 1_000;

    private final Program program;
    private volatile @Nullable ServerProcess process;
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
     * @param ready the address that answers 200 when it is ready
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
            URI ready,
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
    public void start(Consumer<ProcessIdentity> spawned) {
        ServerProcess started =
                ServerProcess.start(
                        program.name(),
                        program.command().get(),
                        program.environment(),
                        program.directory(),
                        program.log());
        process = started;
        spawned.accept(started.identity());
        started.awaitReady(START_LIMIT, this::answers);
        wasReady = true;
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

    private boolean answers() {
        try {
            var connection = (HttpURLConnection) program.ready().toURL().openConnection();
            connection.setConnectTimeout(PROBE_MILLIS);
            connection.setReadTimeout(PROBE_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false; // not listening yet, or too busy to answer
        }
    }
}
