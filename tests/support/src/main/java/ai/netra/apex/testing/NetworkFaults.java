package ai.netra.apex.testing;

import ai.netra.apex.testing.TcpProxy.Direction;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the network does wrong at the moment; shared by all connections of a proxy. Thread-safe. */
final class NetworkFaults {

    /** What becomes of a chunk. */
    enum Verdict {
        FORWARD,
        RESET_UNSENT,
        FORWARD_AND_LOSE_ANSWER
    }

    /** Everything that is wrong, at one moment. */
    private record State(
            Set<Direction> held,
            Map<Direction, Long> cuts,
            Duration latency,
            @Nullable String lostRequest,
            @Nullable String lostAnswer) {

        static final State HEALTHY = new State(Set.of(), Map.of(), Duration.ZERO, null, null);

        State withHeld(Direction direction) {
            Set<Direction> more = EnumSet.of(direction);
            more.addAll(held);
            return new State(Set.copyOf(more), cuts, latency, lostRequest, lostAnswer);
        }

        State withCut(Direction direction, long bytes) {
            Map<Direction, Long> more = new EnumMap<>(Direction.class);
            more.putAll(cuts);
            more.put(direction, bytes);
            return new State(held, Map.copyOf(more), latency, lostRequest, lostAnswer);
        }

        State withLatency(Duration wanted) {
            return new State(held, cuts, wanted, lostRequest, lostAnswer);
        }

        State withLosses(@Nullable String request, @Nullable String answer) {
            return new State(held, cuts, latency, request, answer);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private State state = State.HEALTHY;

    void clear() {
        change(before -> State.HEALTHY);
    }

    void hold(Direction direction) {
        change(before -> before.withHeld(direction));
    }

    void delay(Duration wanted) {
        change(before -> before.withLatency(wanted));
    }

    void cutAfter(long bytes, Direction direction) {
        change(before -> before.withCut(direction, bytes));
    }

    void loseRequest(String text) {
        change(before -> before.withLosses(text, before.lostAnswer()));
    }

    void loseAnswerTo(String text) {
        change(before -> before.withLosses(before.lostRequest(), text));
    }

    /** Waits while the direction is held, then for the latency. */
    void await(Direction direction) throws InterruptedException {
        Duration wait;
        lock.lockInterruptibly();
        try {
            while (state.held().contains(direction)) {
                changed.await();
            }
            wait = state.latency();
        } finally {
            lock.unlock();
        }
        if (wait.isPositive()) {
            Thread.sleep(wait);
        }
    }

    /** Bytes a connection may still pass in a direction, given what has passed. */
    long allowance(Direction direction, long passed) {
        lock.lock();
        try {
            Long cut = state.cuts().get(direction);
            return cut == null ? Long.MAX_VALUE : Math.max(0, cut - passed);
        } finally {
            lock.unlock();
        }
    }

    /** Looks for the texts to lose in what a client sends; each is found once. */
    Verdict judge(String chunk) {
        lock.lock();
        try {
            String request = state.lostRequest();
            if (request != null && chunk.contains(request)) {
                state = state.withLosses(null, state.lostAnswer());
                return Verdict.RESET_UNSENT;
            }
            String asked = state.lostAnswer();
            if (asked != null && chunk.contains(asked)) {
                state = state.withLosses(request, null);
                return Verdict.FORWARD_AND_LOSE_ANSWER;
            }
            return Verdict.FORWARD;
        } finally {
            lock.unlock();
        }
    }

    private void change(UnaryOperator<State> change) {
        lock.lock();
        try {
            state = change.apply(state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
