package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.run.RunEvent;
import ai.netra.apex.backend.run.RunSubscription;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes to one client. A thread of its own takes events from the runs' channels as fast as the
 * socket takes them, so that for a slow reader nothing piles up here: its position in the channel
 * just stays behind. Answers to frames go first, in a short queue; a client that lets it fill up is
 * disconnected.
 *
 * <p>Thread-safe.
 */
final class Outbound {

    private static final Logger log = LoggerFactory.getLogger(Outbound.class);
    private static final int MAX_ANSWERS = 256;
    private static final int EVENTS_AT_ONCE = 64;
    private static final long IDLE_NANOS = 5_000_000_000L;
    private static final String PING = "";

    private final Session session;
    private final int maxSubscriptions;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ArrayDeque<String> answers = new ArrayDeque<>();

    private final Map<UUID, RunSubscription> subscriptions = new ConcurrentHashMap<>();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Thread writer;
    private volatile @Nullable CloseReason closing;
    private volatile long closingSince;
    private volatile long writingSince;

    Outbound(Session session, int maxSubscriptions) {
        this.session = session;
        this.maxSubscriptions = maxSubscriptions;
        this.writer = Thread.ofVirtual().name("ws-writer").unstarted(this::write);
    }

    void start() {
        writer.start();
    }

    /** Sends a frame before any event; false when the client takes too few of them. */
    boolean answer(String frame) {
        lock.lock();
        try {
            if (answers.size() >= MAX_ANSWERS) {
                return false;
            }
            answers.add(frame);
        } finally {
            lock.unlock();
        }
        signal();
        return true;
    }

    void ping() {
        answer(PING);
    }

    /** There may be something to send. Returns at once. */
    void signal() {
        if (signalled.compareAndSet(false, true)) {
            LockSupport.unpark(writer);
        }
    }

    /** Follows a run; a subscription to the same run before is replaced. False when full. */
    boolean follow(RunSubscription subscription) {
        UUID runId = subscription.runId();
        if (subscriptions.size() >= maxSubscriptions && !subscriptions.containsKey(runId)) {
            return false;
        }
        RunSubscription before = subscriptions.put(runId, subscription);
        if (before != null) {
            before.close();
        }
        signal();
        return true;
    }

    void unfollow(UUID runId) {
        RunSubscription before = subscriptions.remove(runId);
        if (before != null) {
            before.close();
        }
    }

    /** Closes after what is queued was sent; the first reason counts. */
    void close(int code, String reason) {
        lock.lock();
        try {
            if (closing != null) {
                return;
            }
            closingSince = System.nanoTime();
            closing = new CloseReason(() -> code, reason);
        } finally {
            lock.unlock();
        }
        signal();
    }

    /** How long the write under way has been waiting for the reader. */
    Duration blockedFor() {
        long since = writingSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /** How long ago the close was asked for; zero when it was not. */
    Duration closingFor() {
        return closing == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - closingSince);
    }

    /** The connection is gone: everything it held is let go. */
    void gone() {
        close(CloseReason.CloseCodes.GOING_AWAY.getCode(), "");
        writer.interrupt();
        subscriptions.values().forEach(RunSubscription::close);
        subscriptions.clear();
    }

    private void write() {
        try {
            RemoteEndpoint.Basic remote = session.getBasicRemote();
            remote.setBatchingAllowed(true);
            while (session.isOpen()) {
                signalled.set(false);
                boolean wrote = writeAnswers(remote);
                wrote |= writeEvents(remote);
                CloseReason reason = closing;
                if (wrote) {
                    flush(remote);
                } else if (reason != null) {
                    session.close(reason);
                    return;
                } else if (!signalled.get()) {
                    LockSupport.parkNanos(this, IDLE_NANOS);
                }
                if (Thread.interrupted()) {
                    return;
                }
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("a client's connection broke: {}", e.getMessage());
            abort();
        } catch (RuntimeException e) {
            log.warn("a client's connection failed", e);
            abort();
        }
    }

    private boolean writeAnswers(RemoteEndpoint.Basic remote) throws IOException {
        boolean wrote = false;
        String next;
        while ((next = poll()) != null) {
            writingSince = System.nanoTime();
            if (next.equals(PING)) {
                remote.sendPing(ByteBuffer.allocate(0));
            } else {
                remote.sendText(next);
            }
            writingSince = 0;
            wrote = true;
        }
        return wrote;
    }

    private boolean writeEvents(RemoteEndpoint.Basic remote) throws IOException {
        boolean wrote = false;
        for (RunSubscription subscription : List.copyOf(subscriptions.values())) {
            if (closing != null) {
                return wrote;
            }
            List<RunEvent> events = subscription.next(EVENTS_AT_ONCE);
            if (!events.isEmpty()) {
                // What announced the subscription was queued before it could be seen here.
                writeAnswers(remote);
                for (RunEvent event : events) {
                    writingSince = System.nanoTime();
                    remote.sendText(event.json());
                }
                writingSince = 0;
                wrote = true;
            }
            if (subscription.ended()) {
                subscriptions.remove(subscription.runId(), subscription);
                subscription.close();
            }
        }
        return wrote;
    }

    private void flush(RemoteEndpoint.Basic remote) throws IOException {
        writingSince = System.nanoTime();
        remote.flushBatch();
        writingSince = 0;
    }

    private @Nullable String poll() {
        lock.lock();
        try {
            return answers.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes from outside of the writer, which may be stuck in a write. */
    void abort() {
        CloseReason reason = closing;
        try {
            session.close(
                    reason == null
                            ? new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "")
                            : reason);
        } catch (IOException | IllegalStateException e) {
            log.debug("a broken connection did not close well: {}", e.getMessage());
        }
    }
}
