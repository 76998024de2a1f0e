package ai.netra.apex.launcher.supervise;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Starts the parts, each as soon as those it needs are ready (or, where it can wait by itself,
 * beside them), restarts one that crashes (after 0.5 s, then twice as long each time up to 30 s; a
 * minute without a crash begins anew), and stops them in the reverse order. Every change is written
 * to the state file before anything is built on it, so that no process is ever unknown to the next
 * run.
 *
 * <p>Thread-safe.
 */
public final class Supervisor {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration CALM = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final List<Part> parts;
    private final Path stateFile;
    private final String address;
    private final Progress progress;
    private final ProcessIdentity self = ProcessIdentity.current();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    // Guarded by this.
    private final Map<String, PartState> states = new LinkedHashMap<>();
    private String phase = "starting";
    private @Nullable String message;
    private volatile boolean stopping;

    public Supervisor(List<Part> parts, Path stateFile, String address, Progress progress) {
        this.parts = List.copyOf(parts);
        this.stateFile = stateFile;
        this.address = address;
        this.progress = progress;
        parts.forEach(p -> states.put(p.name(), PartState.waiting(p)));
    }

    /**
     * Starts everything and returns when all of it is ready.
     *
     * @throws CliException when a part does not start; all others are stopped again
     */
    public void start() {
        save("starting", null);
        Map<String, Future<?>> starts = new LinkedHashMap<>();
        for (Part part : parts) {
            List<Future<?>> needed = part.needs().stream().<Future<?>>map(starts::get).toList();
            starts.put(part.name(), threads.submit(() -> startAfter(needed, part)));
        }
        List<String> failures = new ArrayList<>();
        starts.values().forEach(start -> reasonOfFailure(start).ifPresent(failures::add));
        if (!failures.isEmpty()) {
            String first = failures.getFirst();
            save("failed", first);
            stopParts();
            save("failed", first);
            throw new CliException(CliException.SOFTWARE, first);
        }
        save("ready", null);
        parts.forEach(part -> threads.execute(() -> watch(part)));
    }

    /** Whether {@link #stop()} was called. */
    public boolean stopped() {
        return stopping;
    }

    /** Waits until {@link #stop()} has been called and has stopped everything. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Stops everything, in the reverse order of the start. Idempotent. */
    public void stop() {
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
        }
        save("stopping", null);
        stopParts();
        save("stopped", null);
        threads.shutdownNow();
        stopped.countDown();
    }

    /** Every part as it is now. */
    public synchronized SystemState state() {
        return new SystemState(
                phase,
                self.pid(),
                self.startedAtMillis(),
                address,
                message,
                List.copyOf(states.values()));
    }

    private void startAfter(List<Future<?>> needed, Part part) {
        if (!stopping) {
            part.begin(process -> remember(part, process));
        }
        for (Future<?> other : needed) {
            if (failed(other)) {
                throw new NeededPartFailed();
            }
        }
        if (!stopping) {
            startPart(part);
        }
    }

    private void startPart(Part part) {
        update(part, s -> s.to("starting", null));
        long from = System.nanoTime();
        progress.step(part.name(), () -> part.start(process -> remember(part, process)));
        double seconds = Duration.ofNanos(System.nanoTime() - from).toMillis() / 1000.0;
        ProcessIdentity process = part.process().orElse(new ProcessIdentity(0, 0));
        update(part, s -> s.ready(process.pid(), process.startedAtMillis(), seconds));
    }

    private void remember(Part part, ProcessIdentity process) {
        update(part, s -> s.spawned(process.pid(), process.startedAtMillis()));
    }

    private void watch(Part part) {
        Duration pause = FIRST_PAUSE;
        try {
            while (!stopping) {
                long since = System.nanoTime();
                awaitEnd(part);
                if (stopping) {
                    return;
                }
                if (System.nanoTime() - since > CALM.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                restart(part, pause);
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart(Part part, Duration pause) throws InterruptedException {
        String why = part.name() + " ended unexpectedly; restarting in " + pause.toMillis() + " ms";
        progress.line("! " + why);
        update(part, s -> s.restarting(why));
        Thread.sleep(pause);
        if (stopping) {
            return;
        }
        try {
            startPart(part);
        } catch (RuntimeException e) {
            update(part, s -> s.restarting(String.valueOf(e.getMessage())));
        }
    }

    private static void awaitEnd(Part part) throws InterruptedException {
        Optional<ProcessHandle> handle = part.process().flatMap(ProcessIdentity::handle);
        if (handle.isEmpty()) {
            return;
        }
        try {
            handle.get().onExit().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process never fails", e);
        }
    }

    /** Each part as soon as those that need it have stopped. */
    private void stopParts() {
        Map<String, Future<?>> stops = new LinkedHashMap<>();
        for (Part part : parts.reversed()) {
            List<Future<?>> users = new ArrayList<>();
            for (Part other : parts) {
                Future<?> stop = stops.get(other.name());
                if (stop != null && other.needs().contains(part.name())) {
                    users.add(stop);
                }
            }
            stops.put(
                    part.name(),
                    threads.submit(
                            () -> {
                                users.forEach(Supervisor::failed);
                                stopPart(part);
                            }));
        }
        stops.values().forEach(Supervisor::failed);
    }

    private void stopPart(Part part) {
        try {
            part.stop(GRACE);
            update(part, s -> s.to("stopped", s.message()));
        } catch (RuntimeException e) {
            update(part, s -> s.to("failed", e.getMessage()));
        }
    }

    private synchronized void update(
            Part part, java.util.function.UnaryOperator<PartState> change) {
        states.computeIfPresent(part.name(), (_, state) -> change.apply(state));
        write();
    }

    private synchronized void save(String newPhase, @Nullable String newMessage) {
        phase = newPhase;
        message = newMessage;
        write();
    }

    private void write() {
        try {
            state().write(stateFile);
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE,
                    "The state " + stateFile + " cannot be written.",
                    e);
        }
    }

    /** Waits for {@code start}. */
    private static boolean failed(Future<?> start) {
        try {
            start.get();
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Optional<String> reasonOfFailure(Future<?> start) {
        try {
            start.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            boolean told = cause instanceof NeededPartFailed;
            return told ? Optional.empty() : Optional.of(String.valueOf(cause.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("The start was interrupted.");
        }
    }

    /** The failure has been told already, by the part that was needed. */
    private static final class NeededPartFailed extends RuntimeException {}
}
