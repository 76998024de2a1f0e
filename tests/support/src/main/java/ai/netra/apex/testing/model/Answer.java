package ai.netra.apex.testing.model;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Plays one script onto one connection. */
final class Answer {

    private final Socket socket;
    private final OutputStream out;
    private final Exchange exchange;
    private final Dialect dialect;
    private boolean headersSent;
    private boolean byteByByte;
    private int toolCalls;

    Answer(Socket socket, Exchange exchange, Dialect dialect) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.exchange = exchange;
        this.dialect = dialect;
    }

    /** Whether the connection can carry another request afterwards. */
    boolean play(List<Step> steps) throws IOException, InterruptedException {
        if (!steps.isEmpty() && steps.getFirst() instanceof Step.Failure failure) {
            exchange.started().complete(null);
            String body =
                    Dialect.error(
                            exchange.path(), failure.status(), failure.code(), failure.message());
            whole(out, failure.status(), failure.headers(), "application/json", body);
            return true;
        }
        tell(steps);
        for (Step step : steps) {
            if (!perform(step)) {
                return false;
            }
            exchange.started().complete(null);
        }
        body(dialect.end());
        endBody();
        exchange.started().complete(null);
        return true;
    }

    private void tell(List<Step> steps) {
        int pieces = 0;
        boolean told = false;
        for (Step step : steps) {
            switch (step) {
                case Step.Usage usage -> {
                    dialect.inputTokens = usage.input();
                    dialect.outputTokens = usage.output();
                    told = true;
                }
                case Step.Finish end -> dialect.finish = end.reason();
                case Step.ToolCall call -> dialect.toolsCalled = true;
                case Step.Text text -> pieces++;
                case Step.StampedText text -> pieces++;
                default -> {}
            }
        }
        if (!told) {
            dialect.outputTokens = pieces;
        }
    }

    /** Performs a step; false when the answer is over. */
    private boolean perform(Step step) throws IOException, InterruptedException {
        switch (step) {
            case Step.Pause pause -> Thread.sleep(pause.length());
            case Step.Headers headers -> body(dialect.begin());
            case Step.Text text -> body(dialect.text(text.text()));
            case Step.StampedText text -> body(dialect.text(text.text() + "@" + micros() + " "));
            case Step.Thinking thinking -> body(dialect.thinking(thinking.text()));
            case Step.ToolCall call -> body(dialect.toolCall(toolCalls++, call));
            case Step.Raw raw -> body(raw.latin1().getBytes(StandardCharsets.ISO_8859_1));
            case Step.StreamError error -> body(dialect.streamError(error.message()));
            case Step.OneByteAtATime slow -> byteByByte = true;
            case Step.EndEarly end -> {
                endBody();
                return false;
            }
            case Step.Silence silence -> {
                exchange.started().complete(null);
                // Ends by the interrupt that follows the client's going.
                new CountDownLatch(1).await();
            }
            case Step.Cut cut -> {
                exchange.started().complete(null);
                reset();
                return false;
            }
            case Step.Usage usage -> {}
            case Step.Finish finish -> {}
            case Step.Failure failure ->
                    throw new IllegalStateException("A failure stands alone in its script");
        }
        return true;
    }

    private void body(String text) throws IOException {
        if (!headersSent && text.isEmpty()) {
            return;
        }
        body(text.getBytes(StandardCharsets.UTF_8));
    }

    private void body(byte[] bytes) throws IOException {
        if (!headersSent) {
            headersSent = true;
            String head =
                    "HTTP/1.1 200 OK\r\nContent-Type: "
                            + dialect.contentType()
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            String begin = dialect.begin();
            if (!begin.isEmpty()) {
                chunk(Dialect.bytes(begin));
            }
        }
        chunk(bytes);
    }

    private void chunk(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        if (byteByByte) {
            for (byte one : bytes) {
                out.write(new byte[] {'1', '\r', '\n', one, '\r', '\n'});
                out.flush();
            }
            return;
        }
        byte[] size =
                (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[size.length + bytes.length + 2];
        System.arraycopy(size, 0, all, 0, size.length);
        System.arraycopy(bytes, 0, all, size.length, bytes.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        out.write(all);
        out.flush();
    }

    private void endBody() throws IOException {
        if (!headersSent) {
            body(new byte[0]);
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private void reset() throws SocketException, IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static void whole(
            OutputStream out,
            int status,
            Map<String, String> headers,
            String contentType,
            String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Type: " + contentType + "\r\nContent-Length: " + bytes.length);
        head.append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
