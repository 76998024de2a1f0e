package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The life of a server as a process of its own on the loopback interface: started, once more on the
 * same data and port after it was stopped or killed, and stopped for good with this JVM at the
 * latest. A server left over on the same data is stopped first, never adopted. Thread-safe; {@link
 * #close} is idempotent.
 */
abstract class EmbeddedServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** How long a stop is waited for. */
    static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static final int ATTEMPTS = 3;

    /** What our own look and the servers' logs say of a port that somebody else has. */
    private static final Pattern TAKEN = Pattern.compile("is taken|already in use");

    private final String name;
    private final String stopSignal;
    private final Path home;
    private final boolean temporary;
    private final boolean portChosen;
    private final Consumer<ProcessIdentity> onSpawn;
    private final boolean stoppedByCaller;
    private final Thread shutdownHook = new Thread(this::closeAtExit, "embedded-server-close");
    private int port;
    private @Nullable ServerProcess server;
    private boolean closed;

    /**
     * @param name what people call it
     * @param stopSignal asks the server for a clean stop
     * @param temporaryName names the directory of temporary data
     */
    EmbeddedServer(String name, String stopSignal, String temporaryName, Builder<?, ?> builder) {
        this.name = name;
        this.stopSignal = stopSignal;
        this.temporary = builder.home == null;
        this.home = builder.home == null ? Directories.temporary(temporaryName) : builder.home;
        this.portChosen = builder.port != 0;
        this.port = builder.port;
        this.onSpawn = builder.onSpawn;
        this.stoppedByCaller = builder.stoppedByCaller;
    }

    /**
     * What every server may be told before it starts.
     *
     * @param <B> the builder itself
     * @param <S> the server
     */
    abstract static class Builder<B extends Builder<B, S>, S extends EmbeddedServer> {
        private @Nullable Path home;
        private @Nullable Path cache;
        private int port;
        private Consumer<ProcessIdentity> onSpawn = process -> {};
        private boolean stoppedByCaller;

        abstract B self();

        abstract S build();

        /** Keeps data and log under this directory; without it the data is temporary. */
        public B dataDirectory(Path directory) {
            this.home = directory.toAbsolutePath();
            return self();
        }

        /** Where what is unpacked is shared; without it the user's cache directory. */
        public B cache(Path directory) {
            this.cache = directory.toAbsolutePath();
            return self();
        }

        /** A fixed port; without it, or with 0, a free one. */
        public B port(int fixed) {
            this.port = fixed;
            return self();
        }

        /** Told of each server process as soon as it exists, before it is ready. */
        public B onSpawn(Consumer<ProcessIdentity> listener) {
            this.onSpawn = listener;
            return self();
        }

        /**
         * Leaves the stop at the end of this JVM to the caller, who stops several servers in order.
         */
        public B stoppedByCaller() {
            this.stoppedByCaller = true;
            return self();
        }

        final EngineCache engineCache() {
            return cache == null ? EngineCache.ofUser() : new EngineCache(cache);
        }

        /**
         * Starts the server and waits until it answers.
         *
         * @throws EngineException when it cannot be started, with the reason
         */
        public S start() {
            S made = build();
            ((EmbeddedServer) made).startFirst();
            return made;
        }
    }

    /** Makes sure that nothing stands in the way, and starts the process. */
    abstract ServerProcess spawn(int onPort) throws IOException;

    /** Whether it answers. */
    abstract boolean answers(ServerProcess process);

    /** Where data and log are. */
    public final Path home() {
        return home;
    }

    final boolean temporary() {
        return temporary;
    }

    public final synchronized int port() {
        return port;
    }

    /** The running server's process. */
    public final synchronized ProcessIdentity process() {
        if (server == null) {
            throw new EngineException(name + " is stopped.");
        }
        return server.identity();
    }

    /** Starts the server again, on the same data and port, after {@link #stop} or {@link #kill}. */
    public final synchronized void start() {
        if (closed) {
            throw new EngineException("This " + name + " is closed.");
        }
        if (server != null && server.isAlive()) {
            return;
        }
        try {
            ServerProcess started = spawn(port);
            server = started;
            onSpawn.accept(started.identity());
            spawned(started);
            started.awaitReady(START_LIMIT, () -> answers(started));
        } catch (IOException e) {
            throw new EngineException(
                    "Cannot prepare the directory " + home + " of " + name + ": " + e, e);
        }
    }

    /** The process exists; it may not answer yet. */
    void spawned(ServerProcess process) throws IOException {
        // Most servers note their process id themselves.
    }

    /** A clean stop: everything is flushed. The data stays. */
    public final synchronized void stop() {
        end(stopSignal);
    }

    /** Kills the server as a crash would ({@code SIGKILL}). */
    public synchronized void kill() {
        end("KILL");
    }

    /** Stops a server whose data nobody wants any more, as quickly as can be. */
    void giveUp() {
        kill();
    }

    final synchronized boolean isRunning() {
        return server != null;
    }

    final synchronized void end(String signal) {
        if (server != null) {
            server.stop(signal, STOP_LIMIT);
            server = null;
        }
    }

    /** {@link #stop} and {@link #start}. */
    public final synchronized void restart() {
        stop();
        start();
    }

    @Override
    public final void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (temporary) {
                giveUp();
                Directories.deleteQuietly(home);
            } else {
                stop();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            return; // the JVM is ending: the hook is what called us
        }
    }

    private void closeAtExit() {
        close();
    }

    private synchronized void startFirst() {
        if (!stoppedByCaller) {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
        }
        try {
            if (portChosen) {
                start();
            } else {
                startOnFreePort();
            }
        } catch (EngineException e) {
            close();
            throw e;
        }
    }

    /** A free port can be taken before the server binds it: try again with another. */
    private synchronized void startOnFreePort() {
        int attempts = ATTEMPTS;
        while (true) {
            port = Ports.free();
            try {
                start();
                return;
            } catch (EngineException e) {
                attempts--;
                if (attempts == 0 || !TAKEN.matcher(String.valueOf(e.getMessage())).find()) {
                    throw e;
                }
            }
        }
    }
}
