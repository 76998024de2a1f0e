package ai.netra.apex.database;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who borrowed a session, from where and when. Immutable. */
final class Borrower {

    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final int FRAMES = 10;
    private static final String OWN = Borrower.class.getPackageName();

    private final long sinceNanos = System.nanoTime();
    private final Instant since = Instant.now();
    private final Thread thread = Thread.currentThread();
    private final StackWalker.@Nullable StackFrame[] stack;

    private Borrower(StackWalker.@Nullable StackFrame[] stack) {
        this.stack = stack;
    }

    /** The calling thread; its innermost frames are kept as they are and spelt out when asked. */
    static Borrower here(boolean withStack) {
        return new Borrower(
                withStack
                        ? WALKER.walk(
                                frames ->
                                        frames.dropWhile(Borrower::ownFrame)
                                                .limit(FRAMES)
                                                .toArray(StackWalker.StackFrame[]::new))
                        : new StackWalker.StackFrame[0]);
    }

    private static boolean ownFrame(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.length() > OWN.length()
                && name.startsWith(OWN)
                && name.lastIndexOf('.') == OWN.length();
    }

    long sinceNanos() {
        return sinceNanos;
    }

    Instant since() {
        return since;
    }

    String thread() {
        return thread.getName().isEmpty() ? thread.toString() : thread.getName();
    }

    List<String> frames() {
        return java.util.Arrays.stream(stack).map(String::valueOf).toList();
    }
}
