package ai.netra.apex.backend.guide;

import ai.netra.apex.backend.run.RunSink;
import java.time.Duration;

/** Gives an answer to the sink a few words at a time, so that it reads while it grows. */
final class Typewriter {

    private static final int PIECE = 24;

    private final RunSink sink;
    private final Duration pause;
    private final StringBuilder written = new StringBuilder();

    Typewriter(RunSink sink, Duration pause) {
        this.sink = sink;
        this.pause = pause;
    }

    /** Writes {@code text}; stops early when the run is stopped. */
    void write(String text) {
        int from = 0;
        while (from < text.length() && !sink.stopped()) {
            int to = from + PIECE;
            if (to >= text.length()) {
                to = text.length();
            } else {
                while (to < text.length() && !Character.isWhitespace(text.charAt(to - 1))) {
                    to++;
                }
            }
            String piece = text.substring(from, to);
            sink.textDelta(piece);
            written.append(piece);
            from = to;
            if (!rest()) {
                return;
            }
        }
    }

    private boolean rest() {
        if (pause.isZero()) {
            return true;
        }
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Everything written. */
    String text() {
        return written.toString();
    }
}
