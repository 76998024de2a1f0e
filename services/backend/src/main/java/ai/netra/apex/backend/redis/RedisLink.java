package ai.netra.apex.backend.redis;

import ai.netra.apex.settings.Secret;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for commands and one for messages, kept up in the background. Redis may be away
 * when the service starts and at any time after; {@link #commands()} is null then, and nobody waits
 * for it: a command that gets no answer in time marks Redis away until a probe succeeds.
 *
 * <p>Thread-safe. Listeners are called on threads of the client and must return at once.
 */
public final class RedisLink implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration PROBE = Duration.ofMillis(500);

    private final ClientResources resources;
    private final RedisClient client;
    private final Supplier<Duration> timeout;
    private final String address;
    private final Thread keeper;
    private final Map<String, Consumer<String>> channels = new ConcurrentHashMap<>();
    private final List<Runnable> onReturn = new CopyOnWriteArrayList<>();
    private volatile @Nullable StatefulRedisConnection<String, String> connection;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> messages;
    private volatile boolean available;
    private volatile String reason = "not connected yet";

    private RedisLink(RedisConfig config) {
        this.timeout = config.commandTimeout();
        this.resources =
                DefaultClientResources.builder()
                        .ioThreadPoolSize(2)
                        .computationThreadPoolSize(2)
                        .reconnectDelay(
                                Delay.exponential(
                                        Duration.ofMillis(20),
                                        Duration.ofMillis(500),
                                        2,
                                        TimeUnit.MILLISECONDS))
                        .build();
        RedisURI uri = RedisURI.create(config.url());
        uri.setTimeout(timeout.get());
        Supplier<Secret> password = config.password();
        if (password != null) {
            uri.setCredentialsProvider(
                    RedisCredentialsProvider.from(
                            () -> RedisCredentials.just(null, password.get().reveal())));
        }
        this.address = config.url();
        this.client = RedisClient.create(resources, uri);
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .socketOptions(
                                SocketOptions.builder()
                                        .connectTimeout(timeout.get())
                                        .keepAlive(true)
                                        .build())
                        .timeoutOptions(TimeoutOptions.builder().timeoutSource(timeouts()).build())
                        // Bounds what piles up behind a Redis that does not answer.
                        .requestQueueSize(50_000)
                        .build());
        this.keeper = Thread.ofVirtual().name("redis-keeper").unstarted(this::keep);
    }

    /** Asks for each command how long it may take, so that a newer limit holds at once. */
    private TimeoutOptions.TimeoutSource timeouts() {
        return new TimeoutOptions.TimeoutSource() {
            @Override
            public long getTimeout(RedisCommand<?, ?, ?> command) {
                return timeout.get().toMillis();
            }

            @Override
            public TimeUnit getTimeUnit() {
                return TimeUnit.MILLISECONDS;
            }
        };
    }

    /** Begins to connect, waits for it a moment, and returns whether or not Redis is there. */
    public static RedisLink start(RedisConfig config) {
        var link = new RedisLink(config);
        link.probe();
        link.keeper.start();
        return link;
    }

    /**
     * Tries to sign in with a password before it is used.
     *
     * @return false when Redis refuses it; a Redis that cannot be reached says nothing about it
     */
    public boolean accepts(Secret password) {
        RedisURI uri = RedisURI.create(address);
        uri.setTimeout(timeout.get());
        uri.setCredentialsProvider(
                RedisCredentialsProvider.from(
                        () -> RedisCredentials.just(null, password.reveal())));
        try {
            client.connect(StringCodec.UTF8, uri).close();
            return true;
        } catch (RedisException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                String said = String.valueOf(cause.getMessage());
                if (said.startsWith("WRONGPASS") || said.startsWith("NOAUTH")) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether Redis answered lately. */
    public boolean available() {
        return available;
    }

    /** Why Redis is not {@link #available()}; for operators. */
    public String reason() {
        return reason;
    }

    /** The commands, or null while Redis is away. */
    public @Nullable RedisAsyncCommands<String, String> commands() {
        StatefulRedisConnection<String, String> current = connection;
        return available && current != null ? current.async() : null;
    }

    /** Says that a command failed: Redis counts as away until the next probe. */
    public void suspect(Throwable failure) {
        if (available) {
            available = false;
            reason = String.valueOf(failure.getMessage());
            log.warn("Redis is away: {}", reason);
        }
    }

    /** Calls {@code listener} each time Redis is back after it was away. */
    public void onReturn(Runnable listener) {
        onReturn.add(listener);
    }

    /** Sends messages of {@code channel} to {@code listener}, also after Redis was away. */
    public void subscribe(String channel, Consumer<String> listener) {
        channels.put(channel, listener);
        StatefulRedisPubSubConnection<String, String> current = messages;
        if (current != null && available) {
            ignore(current.async().subscribe(channel));
        }
    }

    /** Ends {@link #subscribe}. */
    public void unsubscribe(String channel) {
        channels.remove(channel);
        StatefulRedisPubSubConnection<String, String> current = messages;
        if (current != null && available) {
            ignore(current.async().unsubscribe(channel));
        }
    }

    /** Publishes, as far as Redis is there. */
    public void publish(String channel, String message) {
        RedisAsyncCommands<String, String> commands = commands();
        if (commands != null) {
            ignore(commands.publish(channel, message));
        }
    }

    @Override
    public void close() {
        keeper.interrupt();
        available = false;
        client.shutdown(0, 2, TimeUnit.SECONDS);
        var _ = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }

    private void keep() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(PROBE);
                probe();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe() {
        try {
            StatefulRedisConnection<String, String> current = connection;
            if (current == null) {
                current = client.connect(StringCodec.UTF8);
                connection = current;
            }
            if (messages == null) {
                messages = connectMessages();
            }
            current.async().ping().get(timeout.get().toMillis(), TimeUnit.MILLISECONDS);
            if (!available) {
                available = true;
                reason = "";
                log.info("Redis is there");
                resubscribe();
                onReturn.forEach(Runnable::run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            suspect(e);
            reason = String.valueOf(e.getMessage());
        }
    }

    private StatefulRedisPubSubConnection<String, String> connectMessages() {
        StatefulRedisPubSubConnection<String, String> made = client.connectPubSub(StringCodec.UTF8);
        made.addListener(
                new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String channel, String message) {
                        Consumer<String> listener = channels.get(channel);
                        if (listener != null) {
                            listener.accept(message);
                        }
                    }
                });
        return made;
    }

    private void resubscribe() {
        StatefulRedisPubSubConnection<String, String> current = messages;
        if (current != null && !channels.isEmpty()) {
            ignore(current.async().subscribe(channels.keySet().toArray(String[]::new)));
        }
    }

    private void ignore(java.util.concurrent.CompletionStage<?> sent) {
        var _ =
                sent.whenComplete(
                        (_, failure) -> {
                            if (failure != null) {
                                suspect(failure);
                            }
                        });
    }
}
