package ai.netra.apex.launcher.terminal;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells what is being done and how long it took. On a terminal a step under way shows its running
 * time; elsewhere each step is one line, when it is done.
 *
 * <p>Thread-safe.
 */
public final class Progress {

    private static final long TICK_MILLIS = 200;

    private final PrintStream out;
    private final boolean terminal;

    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** On standard output, as a terminal when it is one. */
    @SuppressWarnings("SystemConsoleNull") // the nullness checker knows only the older contract
    public static Progress standard() {
        Console console = System.console();
        return new Progress(System.out, console != null && console.isTerminal());
    }

    /** Something that takes time. */
    @FunctionalInterface
    public interface Work<E extends Exception> {
        void run() throws E;
    }

    /** Does {@code work} and tells of it. */
    public <E extends Exception> void step(String what, Work<E> work) throws E {
        long from = System.nanoTime();
        Thread ticker = terminal ? startTicker(what, from) : null;
        try {
            work.run();
        } catch (Throwable e) {
            stop(ticker);
            line("✗ " + what + " (failed after " + since(from) + ")");
            throw e;
        }
        stop(ticker);
        line("✓ " + what + " (" + since(from) + ")");
    }

    /** One line. */
    public synchronized void line(String text) {
        out.println((terminal ? "\r\u001b[K" : "") + text);
        out.flush();
    }

    private Thread startTicker(String what, long from) {
        return Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                while (true) {
                                    tick("… " + what + " (" + since(from) + ")");
                                    Thread.sleep(TICK_MILLIS);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private synchronized void tick(String text) {
        out.print("\r\u001b[K" + text);
        out.flush();
    }

    private static void stop(@org.jspecify.annotations.Nullable Thread ticker) {
        if (ticker == null) {
            return;
        }
        ticker.interrupt();
        try {
            ticker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The time since {@code from} (of {@link System#nanoTime()}), for a person. */
    public static String since(long from) {
        double seconds = Duration.ofNanos(System.nanoTime() - from).toMillis() / 1000.0;
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
