package ai.netra.apex.backend.run;

import ai.netra.apex.backend.redis.RedisLink;
import io.lettuce.core.Range;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The events of runs in Redis. One script appends: it refuses a writer whose fencing token is not
 * the highest seen, skips what is there, and refuses gaps, so that the stream always holds 1…n of
 * the owner. Entry ids are {@code <sequence>-0}.
 *
 * <p>Thread-safe.
 */
final class RunStream {

    private static final String APPEND =
            """
            local held = redis.call('HMGET', KEYS[2], 'fence', 'last')
            local fence, last = tonumber(held[1] or '0'), tonumber(held[2] or '0')
            local mine, first, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
            if fence > mine then return -1 end
            if first > last + 1 then return last end
            local at = first
            for i = 6, #ARGV, 2 do
              if at > last then
                redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], at .. '-0', 't', ARGV[i], 'e', ARGV[i + 1])
                last = at
              end
              at = at + 1
            end
            redis.call('HSET', KEYS[2], 'fence', mine, 'last', last)
            redis.call('PEXPIRE', KEYS[1], ttl)
            redis.call('PEXPIRE', KEYS[2], ttl)
            if #ARGV > 5 then redis.call('PUBLISH', ARGV[5], last) end
            return last
            """;

    private static final String APPEND_SHA = sha1(APPEND);
    private static final int PAGE = 1_000;

    /** The reply of {@link #append} when another owner has taken over. */
    static final long FENCED = -1;

    private final RedisLink redis;
    private final Supplier<RunConfig> config;

    RunStream(RedisLink redis, Supplier<RunConfig> config) {
        this.redis = redis;
        this.config = config;
    }

    boolean available() {
        return redis.available();
    }

    /**
     * Appends events that follow one another, from {@code first} on.
     *
     * @return the last sequence the stream has now; less than {@code first - 1} when events between
     *     are missing and nothing was added; {@link #FENCED}; or failed when Redis is away
     */
    CompletionStage<Long> append(UUID runId, long fence, long first, List<RunEvent> events) {
        RedisAsyncCommands<String, String> commands = redis.commands();
        if (commands == null) {
            return CompletableFuture.failedStage(new RedisAwayException(redis.reason()));
        }
        String[] keys = {streamKey(runId), leaseKey(runId)};
        String[] arguments = new String[5 + 2 * events.size()];
        arguments[0] = Long.toString(fence);
        arguments[1] = Long.toString(first);
        arguments[2] = Long.toString(config.get().eventsKept().toMillis());
        arguments[3] = Integer.toString(config.get().maxEvents() + PAGE);
        arguments[4] = liveChannel(runId);
        int at = 5;
        for (RunEvent event : events) {
            arguments[at++] = event.type();
            arguments[at++] = event.json();
        }
        return commands.<Long>evalsha(APPEND_SHA, ScriptOutputType.INTEGER, keys, arguments)
                .exceptionallyCompose(
                        failure ->
                                unwrap(failure) instanceof RedisNoScriptException
                                        ? commands.eval(
                                                APPEND, ScriptOutputType.INTEGER, keys, arguments)
                                        : CompletableFuture.failedStage(failure))
                .whenComplete((_, failure) -> suspectIf(failure));
    }

    /**
     * Takes the stream over with a higher token: no writer with a lower one can append afterwards.
     */
    CompletionStage<Long> claim(UUID runId, long fence) {
        return append(runId, fence, 1, List.of());
    }

    /** The events after {@code sequence}, at most a page of them, in order. */
    CompletionStage<List<RunEvent>> read(UUID runId, long sequence) {
        RedisAsyncCommands<String, String> commands = redis.commands();
        if (commands == null) {
            return CompletableFuture.failedStage(new RedisAwayException(redis.reason()));
        }
        Range<String> after =
                Range.from(Range.Boundary.excluding(sequence + "-0"), Range.Boundary.unbounded());
        return commands.xrange(streamKey(runId), after, io.lettuce.core.Limit.from(PAGE))
                .<List<RunEvent>>thenApply(
                        found -> {
                            var events = new ArrayList<RunEvent>(found.size());
                            found.forEach(entry -> events.add(toEvent(entry)));
                            return events;
                        })
                .whenComplete((_, failure) -> suspectIf(failure));
    }

    void listen(UUID runId, Consumer<String> onAppend) {
        redis.subscribe(liveChannel(runId), onAppend);
    }

    void ignore(UUID runId) {
        redis.unsubscribe(liveChannel(runId));
    }

    private void suspectIf(@org.jspecify.annotations.Nullable Throwable failure) {
        if (failure != null && !(unwrap(failure) instanceof RedisNoScriptException)) {
            redis.suspect(failure);
        }
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static RunEvent toEvent(StreamMessage<String, String> entry) {
        String id = entry.getId();
        long sequence = Long.parseLong(id.substring(0, id.indexOf('-')));
        return new RunEvent(
                sequence,
                entry.getBody().getOrDefault("t", ""),
                entry.getBody().getOrDefault("e", ""));
    }

    // The braces make both keys of a run share one slot of a cluster.
    private static String streamKey(UUID runId) {
        return "apex:run:{" + runId + "}:events";
    }

    private static String leaseKey(UUID runId) {
        return "apex:run:{" + runId + "}:lease";
    }

    private static String liveChannel(UUID runId) {
        return "apex:run:{" + runId + "}:live";
    }

    private static String sha1(String script) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(script.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Redis is away: nobody waited for it. */
    static final class RedisAwayException extends RuntimeException {
        RedisAwayException(String reason) {
            super("Redis is away: " + reason, null, false, false);
        }
    }
}
