package ai.netra.apex.database;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who borrowed a session, from where and when. Immutable. */
final class Borrower {

    private static final int FRAMES = 10;
    private static final String OWN = Borrower.class.getPackageName();

    private final long sinceNanos = System.nanoTime();
    private final Thread thread = Thread.currentThread();
    private final @Nullable Trace trace;

    private Borrower(@Nullable Trace trace) {
        this.trace = trace;
    }

    /** The calling thread; its innermost frames are kept as they are and spelt out when asked. */
    static Borrower here(boolean withStack) {
        return new Borrower(withStack ? new Trace() : null);
    }

    private static boolean ownFrame(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.length() > OWN.length()
                && name.startsWith(OWN)
                && name.lastIndexOf('.') == OWN.length();
    }

    long sinceNanos() {
        return sinceNanos;
    }

    Instant since() {
        return Instant.now().minus(Duration.ofNanos(System.nanoTime() - sinceNanos));
    }

    String thread() {
        return thread.getName().isEmpty() ? thread.toString() : thread.getName();
    }

    List<String> frames() {
        if (trace == null) {
            return List.of();
        }
        return Arrays.stream(trace.getStackTrace())
                .dropWhile(Borrower::ownFrame)
                .limit(FRAMES)
                .map(String::valueOf)
                .toList();
    }

    /**
     * The way to keep a stack that costs least: the JVM notes methods and positions, and nothing is
     * spelt out before somebody asks. Walking the same frames one by one costs ten times as much.
     */
    private static final class Trace extends Throwable {
        private static final long serialVersionUID = 1L;

        Trace() {
            super(null, null, false, true);
        }
    }
}
