package ai.netra.apex.backend.model;

import ai.netra.apex.backend.model.ModelException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider and its streamed answer, on the calling thread. Another thread (the
 * person's stop, the watch over the time limits) ends it by closing the provider's socket: before
 * the headers by cancelling the exchange, after them by closing the body, which wakes the reader.
 */
final class ChatExchange {

    static final int MAX_LINE = 4 * 1024 * 1024;
    private static final int MAX_ERROR_BODY = 64 * 1024;

    private final ProviderConfig provider;
    private final ScheduledExecutorService timer;
    private final ReplyBuilder reply;
    private final CompletableFuture<HttpResponse<InputStream>> response;
    private final AtomicReference<@Nullable Kind> aborted = new AtomicReference<>();
    private final long startedAt = System.nanoTime();
    private final long deadlineAt;
    private volatile long lastByteAt = startedAt;
    private volatile boolean begun;
    private volatile @Nullable ScheduledFuture<?> watch;
    private boolean answered;

    private ChatExchange(
            ProviderConfig provider,
            ScheduledExecutorService timer,
            ReplyBuilder reply,
            Duration limit,
            CompletableFuture<HttpResponse<InputStream>> response) {
        this.provider = provider;
        this.timer = timer;
        this.reply = reply;
        this.response = response;
        this.deadlineAt = startedAt + limit.toNanos();
    }

    static ChatExchange send(
            ProviderConfig provider,
            HttpClient http,
            ScheduledExecutorService timer,
            HttpRequest request,
            ReplyBuilder reply,
            Duration limit) {
        var response = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        var exchange = new ChatExchange(provider, timer, reply, limit, response);
        exchange.schedule(exchange.nextCheck());
        return exchange;
    }

    /** Whether a byte of a successful answer has come: then it is never sent again. */
    boolean answered() {
        return answered;
    }

    /** An error answer of the provider. */
    record ErrorAnswer(int status, String body, @Nullable String retryAfter) {}

    /**
     * Reads the answer to its end.
     *
     * @return null when it is whole, else the error answer the provider gave instead
     */
    @Nullable ErrorAnswer read(StreamDecoder decoder, Cancellation cancellation)
            throws ModelException {
        try (var _ = cancellation.onCancel(() -> abort(Kind.CANCELLED))) {
            HttpResponse<InputStream> head = await();
            try (InputStream body = head.body()) {
                if (head.statusCode() / 100 != 2) {
                    String text =
                            new String(
                                    body.readNBytes(MAX_ERROR_BODY),
                                    java.nio.charset.StandardCharsets.UTF_8);
                    return new ErrorAnswer(
                            head.statusCode(),
                            text,
                            head.headers().firstValue("Retry-After").orElse(null));
                }
                answered = true;
                decode(new LineReader(new Heard(body), MAX_LINE), decoder);
                return null;
            }
        } catch (LineReader.LineTooLongException e) {
            throw ProviderErrors.of(Kind.TOO_LONG, provider, e.getMessage(), e);
        } catch (DecodeException e) {
            throw ProviderErrors.of(e.kind(), provider, e.what(), e);
        } catch (IOException e) {
            throw broken(e);
        } finally {
            ScheduledFuture<?> last = watch;
            if (last != null) {
                last.cancel(false);
            }
        }
    }

    private void decode(LineReader lines, StreamDecoder decoder)
            throws IOException, DecodeException, ModelException {
        for (String line = lines.read(); line != null; line = lines.read()) {
            boolean over = decoder.line(line);
            if (!begun && reply.begun()) {
                begun = true;
                // The watch sleeps until the first piece was due: from here on silence counts.
                watchAgain();
            }
            if (over) {
                // What follows the protocol's end says nothing, but reading it frees the socket.
                drain(lines);
                return;
            }
        }
        if (aborted.get() != null || !decoder.endOfStream()) {
            throw broken(new IOException("the stream ended before the answer did"));
        }
    }

    private static void drain(LineReader lines) {
        try {
            for (int i = 0; i < 8 && lines.read() != null; i++) {
                // A trailing line or two at most; the answer is whole already.
            }
        } catch (IOException e) {
            // The answer is whole; how the connection ends does not matter any more.
        }
    }

    private HttpResponse<InputStream> await() throws IOException {
        try {
            return response.get();
        } catch (InterruptedException e) {
            abort(Kind.CANCELLED);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (CancellationException e) {
            throw new IOException("cancelled", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private ModelException broken(IOException cause) {
        Kind reason = aborted.get();
        if (reason == null && Thread.currentThread().isInterrupted()) {
            reason = Kind.CANCELLED;
        }
        if (reason == null) {
            reason = answered ? Kind.CUT : Kind.UNREACHABLE;
        }
        return ProviderErrors.of(reason, provider, null, cause);
    }

    private void abort(Kind reason) {
        if (!aborted.compareAndSet(null, reason)) {
            return;
        }
        response.cancel(true);
        // The reader may be blocked on the body: closing it closes the socket and wakes it.
        var _ = response.thenAccept(head -> closeQuietly(head.body()));
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Ending it is all that was wanted.
        }
    }

    private long nextCheck() {
        long limit =
                begun
                        ? lastByteAt + provider.limits().idle().toNanos()
                        : startedAt + provider.limits().firstToken().toNanos();
        return Math.min(limit, deadlineAt);
    }

    private void watchAgain() {
        ScheduledFuture<?> sleeping = watch;
        if (sleeping == null || sleeping.cancel(false)) {
            schedule(nextCheck());
        }
    }

    private void schedule(long at) {
        watch = timer.schedule(this::check, at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void check() {
        long now = System.nanoTime();
        long next = nextCheck();
        if (next - now > 0) {
            schedule(next);
        } else if (deadlineAt - now <= 0) {
            abort(Kind.DEADLINE);
        } else {
            abort(begun ? Kind.IDLE_TIMEOUT : Kind.FIRST_TOKEN_TIMEOUT);
        }
    }

    /** Notes when bytes come. */
    private final class Heard extends InputStream {
        private final InputStream body;

        private Heard(InputStream body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException("read in blocks");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = body.read(bytes, offset, length);
            lastByteAt = System.nanoTime();
            return count;
        }
    }
}
