package ai.netra.apex.edge;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/**
 * Receives a request's whole body before any replica hears of the request. So a slow sender costs a
 * replica nothing, a body that turns out too large or broken was never half processed, and both are
 * told in a proper answer. All bodies together are bounded in memory, each one also in size and
 * time. Thread-safe.
 */
final class BodyHandler implements HttpHandler {
    private final HttpHandler next;
    private final Limits limits;
    private final Timeouts timeouts;
    private final Problems problems;
    private final EdgeMetrics metrics;

    BodyHandler(
            HttpHandler next,
            Limits limits,
            Timeouts timeouts,
            Problems problems,
            EdgeMetrics metrics) {
        this.next = next;
        this.limits = limits;
        this.timeouts = timeouts;
        this.problems = problems;
        this.metrics = metrics;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (exchange.isRequestComplete()) {
            next.handleRequest(exchange);
        } else if (exchange.getRequestContentLength() > limits.bodyBytes()) {
            refuseSize(exchange);
        } else {
            // Dispatched, so that the exchange does not end when this call does.
            exchange.dispatch(SameThreadExecutor.INSTANCE, () -> receive(exchange));
        }
    }

    private void receive(HttpServerExchange exchange) {
        if (HttpContinue.requiresContinueResponse(exchange)) {
            HttpContinue.sendContinueResponse(exchange, new Invite());
        } else {
            new Reception(exchange).begin();
        }
    }

    private void refuseSize(HttpServerExchange exchange) {
        problems.send(
                exchange,
                ErrorCode.PAYLOAD_TOO_LARGE,
                "A request may have " + limits.bodyBytes() + " bytes. Send less at once.");
    }

    /** Goes on when the client was told to send its body. */
    private final class Invite implements IoCallback {
        @Override
        public void onComplete(HttpServerExchange exchange, Sender sender) {
            new Reception(exchange).begin();
        }

        @Override
        public void onException(HttpServerExchange exchange, Sender sender, IOException e) {
            IoUtils.safeClose(exchange.getConnection());
        }
    }

    /** One body being received. Used by the request's IO thread only. */
    private final class Reception {
        private final HttpServerExchange exchange;
        private final StreamSourceChannel channel;
        private final List<PooledByteBuffer> full = new ArrayList<>();
        private @Nullable PooledByteBuffer filling;
        private XnioExecutor.@Nullable Key deadline;
        private long received;
        private long reserved;

        Reception(HttpServerExchange exchange) {
            this.exchange = exchange;
            this.channel = exchange.getRequestChannel();
        }

        void begin() {
            // The replica gets the whole body with the request: it has nobody to tell to go on.
            exchange.getRequestHeaders().remove(Headers.EXPECT);
            exchange.addExchangeCompleteListener(
                    (done, following) -> {
                        free();
                        metrics.bufferedBytes().addAndGet(-reserved);
                        following.proceed();
                    });
            deadline =
                    WorkerUtils.executeAfter(
                            exchange.getIoThread(),
                            this::late,
                            timeouts.body().toMillis(),
                            TimeUnit.MILLISECONDS);
            if (!read()) {
                channel.getReadSetter().set(readable -> read());
                channel.resumeReads();
            }
        }

        /** Reads what is there; true when the body needs no more reading. */
        private boolean read() {
            try {
                while (true) {
                    ByteBuffer buffer = buffer();
                    if (buffer == null) {
                        return true;
                    }
                    int count = channel.read(buffer);
                    if (count == 0) {
                        return false;
                    }
                    if (count < 0) {
                        pass();
                        return true;
                    }
                    received += count;
                    if (received > limits.bodyBytes()) {
                        stop();
                        refuseSize(exchange);
                        return true;
                    }
                    if (!buffer.hasRemaining()) {
                        keep();
                    }
                }
            } catch (IOException e) {
                stop();
                problems.send(
                        exchange,
                        ErrorCode.MALFORMED_REQUEST,
                        "The request's body ended or broke before it was complete.");
                return true;
            }
        }

        /** Room to read into; null when there is none, and the request is refused. */
        private @Nullable ByteBuffer buffer() {
            PooledByteBuffer current = filling;
            if (current != null) {
                return current.getBuffer();
            }
            current = exchange.getConnection().getByteBufferPool().allocate();
            filling = current;
            int size = current.getBuffer().remaining();
            reserved += size;
            if (metrics.bufferedBytes().addAndGet(size) > limits.bufferedBytes()) {
                stop();
                problems.sendForLater(
                        exchange,
                        ErrorCode.OVERLOADED,
                        "Too many large requests are being received. Try again shortly.",
                        2);
                return null;
            }
            return current.getBuffer();
        }

        private void keep() {
            PooledByteBuffer current = Objects.requireNonNull(filling);
            current.getBuffer().flip();
            full.add(current);
            filling = null;
        }

        private void pass() {
            PooledByteBuffer last = filling;
            if (last != null && last.getBuffer().position() > 0) {
                keep();
            }
            PooledByteBuffer[] body = full.toArray(PooledByteBuffer[]::new);
            full.clear();
            stop();
            if (body.length > 0) {
                Connectors.ungetRequestBytes(exchange, body);
                Connectors.resetRequestChannel(exchange);
            }
            exchange.dispatch(SameThreadExecutor.INSTANCE, next);
        }

        private void late() {
            stop();
            problems.send(
                    exchange,
                    ErrorCode.REQUEST_TIMEOUT,
                    "The request's body did not arrive within "
                            + timeouts.body().toSeconds()
                            + " seconds.");
        }

        private void stop() {
            if (deadline != null) {
                deadline.remove();
            }
            channel.getReadSetter().set(null);
            channel.suspendReads();
            free();
        }

        private void free() {
            full.forEach(PooledByteBuffer::close);
            full.clear();
            if (filling != null) {
                filling.close();
                filling = null;
            }
        }
    }
}
