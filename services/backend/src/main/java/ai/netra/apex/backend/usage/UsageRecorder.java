package ai.netra.apex.backend.usage;

import ai.netra.apex.backend.model.CallRecord;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes note of every model call and delivers it to ClickHouse, at once when it is there, later
 * when it is away. Two threads: one moves calls from memory to the buffer on disk, one delivers
 * sealed segments, oldest first, each with a token that makes repeating it harmless.
 *
 * <p>It reconciles: recorded = delivered + waiting + dropped + refused. Thread-safe.
 */
public final class UsageRecorder implements CallRecord.Observer, AutoCloseable {

    /** As a DateTime64(3, 'UTC') reads it; a number of seconds would be written as 1.79E9. */
    private static final DateTimeFormatter COLUMN_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final Logger LOG = LoggerFactory.getLogger(UsageRecorder.class);
    private static final int IN_MEMORY = 20_000;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final UsageConfig config;
    private final UsageSpool spool;
    private final @Nullable ClickHouse clickhouse;
    private final BlockingQueue<CallRecord> incoming = new ArrayBlockingQueue<>(IN_MEMORY);
    private final AtomicLong recorded = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();
    private final Thread writer;
    private final Thread sender;
    private volatile boolean closing;

    private UsageRecorder(UsageConfig config, UsageSpool spool, @Nullable ClickHouse clickhouse) {
        this.config = config;
        this.spool = spool;
        this.clickhouse = clickhouse;
        recorded.set(spool.lines());
        writer = Thread.ofPlatform().name("usage-writer").daemon().unstarted(this::write);
        sender = Thread.ofPlatform().name("usage-sender").daemon().unstarted(this::send);
    }

    /**
     * Opens the buffer and begins to deliver, first what an earlier process left.
     *
     * @throws java.io.UncheckedIOException when the buffer's directory cannot be used
     */
    static UsageRecorder start(UsageConfig config, @Nullable ClickHouse clickhouse) {
        UsageSpool spool =
                UsageSpool.open(config.directory(), config.maxBytes(), config.segmentBytes());
        var recorder = new UsageRecorder(config, spool, clickhouse);
        recorder.writer.start();
        if (clickhouse != null) {
            recorder.sender.start();
        }
        return recorder;
    }

    @Override
    public void called(CallRecord call) {
        recorded.incrementAndGet();
        inFlight.incrementAndGet();
        if (closing || !incoming.offer(call)) {
            inFlight.decrementAndGet();
            dropped.incrementAndGet();
        }
    }

    /** Calls that wait for their delivery, in memory and on disk. */
    public long waiting() {
        return inFlight.get() + spool.lines();
    }

    /** Calls lost because the buffer was full. */
    public long dropped() {
        return dropped.get();
    }

    /** Calls ClickHouse has. */
    public long delivered() {
        return delivered.get();
    }

    /** Calls noted since the start, with those an earlier process left waiting. */
    public long recorded() {
        return recorded.get();
    }

    /** Calls ClickHouse could not read; they are kept aside on disk. */
    public long refused() {
        return refused.get();
    }

    void register(MeterRegistry metrics) {
        Gauge.builder("usage.events.waiting", this, UsageRecorder::waiting)
                .description("model calls that wait for their delivery to ClickHouse")
                .register(metrics);
        Gauge.builder("usage.buffer.bytes", spool, UsageSpool::bytes).register(metrics);
        counter(metrics, "recorded", recorded);
        counter(metrics, "delivered", delivered);
        counter(metrics, "dropped", dropped);
        counter(metrics, "refused", refused);
    }

    private static void counter(MeterRegistry metrics, String result, AtomicLong value) {
        FunctionCounter.builder("usage.events", value, AtomicLong::doubleValue)
                .tag("result", result)
                .register(metrics);
    }

    private void write() {
        long flush = config.flush().toNanos();
        long forcedAt = System.nanoTime();
        while (true) {
            try {
                CallRecord call = incoming.poll(flush, TimeUnit.NANOSECONDS);
                if (call != null) {
                    append(call);
                } else if (closing) {
                    return;
                }
                if (System.nanoTime() - forcedAt >= flush) {
                    forcedAt = System.nanoTime();
                    spool.force();
                }
            } catch (IOException e) {
                LOG.error("The usage buffer cannot be forced to the disk", e);
            } catch (InterruptedException e) {
                // Told to hurry: what is still in memory is written without waiting.
                for (CallRecord call = incoming.poll(); call != null; call = incoming.poll()) {
                    append(call);
                }
                return;
            }
        }
    }

    private void append(CallRecord call) {
        try {
            if (!spool.append(line(call))) {
                drop("the buffer is full", null);
            }
        } catch (IOException e) {
            drop("the buffer cannot be written", e);
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private void drop(String why, @Nullable IOException cause) {
        long count = dropped.incrementAndGet();
        // A full disk would fill the log as well.
        if (Long.bitCount(count) == 1) {
            LOG.error("{} usage rows were dropped: {}", count, why, cause);
        }
    }

    private void send() {
        long pause = config.flush().toMillis();
        boolean away = false;
        while (!closing) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
            try {
                deliver();
                if (away) {
                    LOG.info("ClickHouse takes usage again; {} rows wait", waiting());
                }
                away = false;
                pause = config.flush().toMillis();
            } catch (IOException e) {
                if (!away) {
                    LOG.warn("Usage waits on disk: ClickHouse is away ({})", e.getMessage());
                }
                away = true;
                pause = Math.min(pause * 2, LONGEST_PAUSE.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Delivers everything there is; throws when ClickHouse does not take it. */
    private void deliver() throws IOException, InterruptedException {
        ClickHouse to = clickhouse;
        if (to == null) {
            return;
        }
        List<UsageSpool.Segment> segments = spool.sealed();
        if (segments.isEmpty()) {
            // Only when nothing older waits: while ClickHouse is away the open segment grows.
            spool.seal();
            segments = spool.sealed();
        }
        for (UsageSpool.Segment segment : segments) {
            try {
                to.insert(Files.readAllBytes(segment.path()), segment.token());
                delivered.addAndGet(segment.lines());
                spool.remove(segment);
            } catch (ClickHouse.RefusedException e) {
                refused.addAndGet(segment.lines());
                spool.reject(segment);
                LOG.error(
                        "ClickHouse cannot read {} usage rows; they are kept in rejected/{}",
                        segment.lines(),
                        segment.path().getFileName(),
                        e);
            }
        }
    }

    private static byte[] line(CallRecord call) {
        ObjectNode row = JsonMapper.shared().createObjectNode();
        row.put("event_id", UUID.randomUUID().toString());
        row.put("time", COLUMN_TIME.format(call.time()));
        row.put("user_id", call.userId().toString());
        row.put("thread_id", text(call.threadId()));
        row.put("run_id", text(call.runId()));
        row.put("source", call.source());
        row.put("provider", call.provider());
        row.put("model", call.model());
        row.put("outcome", call.outcome());
        row.put("error", call.error());
        row.put("input_tokens", call.tokens().inputTokens());
        row.put("output_tokens", call.tokens().outputTokens());
        row.put("estimated", call.tokens().estimated());
        if (call.firstTokenMillis() < 0) {
            row.putNull("first_token_ms");
        } else {
            row.put("first_token_ms", call.firstTokenMillis());
        }
        row.put("duration_ms", call.durationMillis());
        row.put("tool_calls", call.toolCalls());
        row.put("attempts", call.attempts());
        return (row + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    /** Writes what is in memory to disk; what is not delivered waits for the next process. */
    @Override
    public void close() {
        closing = true;
        writer.interrupt();
        sender.interrupt();
        try {
            writer.join(Duration.ofSeconds(5));
            if (clickhouse != null) {
                sender.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            spool.close();
        } catch (IOException e) {
            LOG.error("The usage buffer did not close cleanly", e);
        }
    }
}
