package ai.netra.apex.auth.password;

import ai.netra.apex.resilience.Slots;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * Argon2id on a few platform threads of its own: a hash is tens of milliseconds of pure computing,
 * and on virtual threads it would hold up everything else that the service does. What finds no room
 * in the short queue, or no turn in time, is refused with the time to wait.
 *
 * <p>The answer takes as long for an account that does not exist: {@link #matches} then works on a
 * hash that no password has. Thread-safe.
 */
public final class PasswordHasher implements AutoCloseable {

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int PARALLELISM = 1;

    private final Supplier<PasswordConfig> config;
    private final Slots places = new Slots();
    private final Argon2PasswordEncoder encoder;
    private final ThreadPoolExecutor threads;
    private final Timer timer;
    private final AtomicLong averageNanos = new AtomicLong(TimeUnit.MILLISECONDS.toNanos(50));
    private final String nobody;

    /**
     * @param config asked for each hash: how many there may be and how long they wait may change;
     *     how a hash is computed is decided at the start
     */
    public PasswordHasher(Supplier<PasswordConfig> config, MeterRegistry metrics) {
        this.config = config;
        PasswordConfig atStart = config.get();
        this.encoder =
                new Argon2PasswordEncoder(
                        SALT_BYTES,
                        HASH_BYTES,
                        PARALLELISM,
                        atStart.memoryKib(),
                        atStart.iterations());
        this.threads =
                new ThreadPoolExecutor(
                        atStart.concurrency(),
                        atStart.concurrency(),
                        1,
                        TimeUnit.MINUTES,
                        new LinkedBlockingQueue<>(),
                        PasswordHasher::newThread);
        threads.allowCoreThreadTimeOut(true);
        this.timer =
                Timer.builder("apex.auth.password.hash")
                        .description("Time of one Argon2id computation")
                        .register(metrics);
        Gauge.builder("apex.auth.password.queue", threads, t -> t.getQueue().size())
                .description("Password hashes waiting for their turn")
                .register(metrics);
        this.nobody = encode("no account has this password");
    }

    private static Thread newThread(Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name("argon2").unstarted(work);
        // Not the web application's, which whoever asks first would hand down.
        thread.setContextClassLoader(PasswordHasher.class.getClassLoader());
        return thread;
    }

    /**
     * The hash of {@code password} in the PHC string format.
     *
     * @throws HashingSaturatedException when there is no room or no turn in time
     */
    public String hash(String password) {
        return compute(() -> encode(password));
    }

    /**
     * Whether {@code hash} is of {@code password}; false, after the same time, when there is no
     * hash.
     *
     * @throws HashingSaturatedException when there is no room or no turn in time
     */
    public boolean matches(String password, @Nullable String hash) {
        boolean same = compute(() -> encoder.matches(password, hash == null ? nobody : hash));
        return same && hash != null;
    }

    /** Whether {@code hash} was made with weaker parameters than today's. */
    public boolean outdated(String hash) {
        return encoder.upgradeEncoding(hash);
    }

    private String encode(String password) {
        String hash = encoder.encode(password);
        if (hash == null) {
            throw new IllegalStateException("the encoder gave no hash");
        }
        return hash;
    }

    private <T> T compute(Callable<T> work) {
        PasswordConfig bounds = config.get();
        follow(bounds.concurrency());
        if (!places.tryTake(bounds.concurrency() + bounds.queue())) {
            throw new HashingSaturatedException(expectedWait());
        }
        var result = new FutureTask<>(() -> timed(work));
        try {
            threads.execute(() -> inItsPlace(result));
        } catch (RejectedExecutionException e) {
            places.release();
            throw new HashingSaturatedException(expectedWait());
        }
        try {
            return result.get(bounds.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Without an interrupt: a task not begun is skipped, one under way ends by itself.
            result.cancel(false);
            throw new HashingSaturatedException(expectedWait());
        } catch (InterruptedException e) {
            result.cancel(false);
            Thread.currentThread().interrupt();
            throw new HashingSaturatedException(expectedWait());
        } catch (ExecutionException e) {
            throw new IllegalStateException("hashing failed", e.getCause());
        }
    }

    /** One that was given up before its turn is skipped here, and had its place until now. */
    private void inItsPlace(FutureTask<?> work) {
        try {
            work.run();
        } finally {
            places.release();
        }
    }

    /** The order matters: the pool's core is never larger than its maximum. */
    private synchronized void follow(int concurrency) {
        int now = threads.getCorePoolSize();
        if (concurrency > now) {
            threads.setMaximumPoolSize(concurrency);
            threads.setCorePoolSize(concurrency);
        } else if (concurrency < now) {
            threads.setCorePoolSize(concurrency);
            threads.setMaximumPoolSize(concurrency);
        }
    }

    private <T> T timed(Callable<T> work) throws Exception {
        long started = System.nanoTime();
        try {
            return work.call();
        } finally {
            long nanos = System.nanoTime() - started;
            timer.record(nanos, TimeUnit.NANOSECONDS);
            averageNanos.updateAndGet(old -> old + (nanos - old) / 8);
        }
    }

    private Duration expectedWait() {
        long ahead = threads.getQueue().size() + (long) threads.getActiveCount();
        return Duration.ofNanos(averageNanos.get() * ahead / threads.getCorePoolSize());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
