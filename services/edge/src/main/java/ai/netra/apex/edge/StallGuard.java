package ai.netra.apex.edge;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Closes a connection whose client takes nothing of its answer for too long. It counts only while
 * there is something to take: an answer that is long in coming is no fault of the client. (That is
 * what the server's own write timeout gets wrong: it also counts pauses between two answers.) Used
 * by the exchange's IO thread only.
 */
final class StallGuard extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private final HttpServerExchange exchange;
    private final long limitNanos;
    private XnioExecutor.@Nullable Key timer;
    private long lastProgress;

    private StallGuard(StreamSinkConduit next, HttpServerExchange exchange, Duration limit) {
        super(next);
        this.exchange = exchange;
        this.limitNanos = limit.toNanos();
    }

    /** Guards the answer of {@code exchange}, which has not begun. */
    static void guard(HttpServerExchange exchange, Duration limit) {
        exchange.addResponseWrapper(
                (factory, answered) -> new StallGuard(factory.create(), answered, limit));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return (int) progress(super.write(source));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return progress(super.write(sources, offset, length));
    }

    @Override
    public int writeFinal(ByteBuffer source) throws IOException {
        return (int) progress(super.writeFinal(source));
    }

    @Override
    public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
        return progress(super.writeFinal(sources, offset, length));
    }

    @Override
    public long transferFrom(FileChannel source, long position, long count) throws IOException {
        return progress(super.transferFrom(source, position, count));
    }

    @Override
    public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through)
            throws IOException {
        return progress(super.transferFrom(source, count, through));
    }

    private long progress(long bytes) {
        if (bytes > 0) {
            lastProgress = System.nanoTime();
        }
        return bytes;
    }

    @Override
    public void resumeWrites() {
        if (timer == null) {
            lastProgress = System.nanoTime();
            arm(limitNanos);
        }
        super.resumeWrites();
    }

    @Override
    public void wakeupWrites() {
        if (timer == null) {
            lastProgress = System.nanoTime();
            arm(limitNanos);
        }
        super.wakeupWrites();
    }

    @Override
    public void suspendWrites() {
        disarm();
        super.suspendWrites();
    }

    @Override
    public void truncateWrites() throws IOException {
        disarm();
        super.truncateWrites();
    }

    private void arm(long nanos) {
        timer =
                WorkerUtils.executeAfter(
                        exchange.getIoThread(),
                        this::look,
                        TimeUnit.NANOSECONDS.toMillis(nanos) + 1,
                        TimeUnit.MILLISECONDS);
    }

    private void disarm() {
        if (timer != null) {
            timer.remove();
            timer = null;
        }
    }

    private void look() {
        timer = null;
        long left = limitNanos - (System.nanoTime() - lastProgress);
        if (exchange.isResponseComplete() || !isWriteResumed()) {
            return;
        }
        if (left > 0) {
            arm(left);
        } else {
            IoUtils.safeClose(exchange.getConnection());
        }
    }
}
