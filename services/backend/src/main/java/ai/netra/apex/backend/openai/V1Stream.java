package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.model.Cancellation;
import ai.netra.apex.backend.model.ChatListener;
import ai.netra.apex.backend.model.ChatReply;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Writes a completion as server-sent events. The headers go out with the first piece, so that a
 * failure before it has its own status. A comment every few seconds keeps the connection and
 * notices a client that has gone, which cancels the call. Thread-safe.
 */
final class V1Stream implements ChatListener, AutoCloseable {

    private final HttpServletResponse response;
    private final Completion completion;
    private final Cancellation cancellation;
    private final Thread ticker;
    private boolean begun;
    private boolean gone;

    V1Stream(
            HttpServletResponse response,
            Completion completion,
            Cancellation cancellation,
            Duration beat) {
        this.response = response;
        this.completion = completion;
        this.cancellation = cancellation;
        this.ticker = Thread.ofVirtual().name("v1-beat").start(() -> tick(beat));
    }

    private void tick(Duration beat) {
        try {
            while (true) {
                Thread.sleep(beat);
                write(": \n\n");
            }
        } catch (InterruptedException e) {
            // The answer is over.
        }
    }

    @Override
    public void text(String piece) {
        send(completion.piece(Completion.delta().put("content", piece), null));
    }

    @Override
    public void thinking(String piece) {
        send(completion.piece(Completion.delta().put("reasoning_content", piece), null));
    }

    /** Whether anything has been sent, so that the status is decided. */
    synchronized boolean begun() {
        return begun;
    }

    void end(ChatReply reply, boolean includeUsage) {
        completion.end(reply).forEach(this::send);
        if (includeUsage) {
            send(completion.usage(reply.usage()));
        }
        write("data: [DONE]\n\n");
    }

    /** Ends a stream that had begun. */
    void fail(V1Exception e) {
        send(e.body());
    }

    private void send(JsonNode event) {
        write("data: " + event + "\n\n");
    }

    private synchronized void write(String text) {
        if (gone) {
            return;
        }
        try {
            var out = response.getOutputStream();
            if (!begun) {
                begun = true;
                response.setStatus(200);
                response.setContentType("text/event-stream");
                response.setCharacterEncoding(StandardCharsets.UTF_8);
                response.setHeader("Cache-Control", "no-store");
                response.setHeader("X-Accel-Buffering", "no");
                JsonNode first =
                        completion.piece(
                                Completion.delta().put("role", "assistant").put("content", ""),
                                null);
                out.write(("data: " + first + "\n\n").getBytes(StandardCharsets.UTF_8));
            }
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            gone = true;
            cancellation.cancel();
        }
    }

    @Override
    public void close() {
        ticker.interrupt();
        try {
            // It must not touch the response after the request has ended.
            ticker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
