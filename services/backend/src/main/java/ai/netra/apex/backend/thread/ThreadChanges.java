package ai.netra.apex.backend.thread;

import ai.netra.apex.backend.redis.RedisLink;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells a person's connections that a thread of theirs changed, on every replica while Redis is
 * there and on this one always. A hint: nobody's data depends on its arrival.
 *
 * <p>Thread-safe.
 */
public final class ThreadChanges {

    private static final String CHANNEL = "apex:thread:changed";
    private static final int UUID_LENGTH = 36;

    private final RedisLink redis;
    private final UUID origin = UUID.randomUUID();
    private final Map<UUID, Set<Consumer<UUID>>> listeners = new ConcurrentHashMap<>();

    public ThreadChanges(RedisLink redis) {
        this.redis = redis;
        redis.subscribe(CHANNEL, this::received);
    }

    /** {@code threadId} of {@code userId} changed. */
    public void changed(UUID userId, UUID threadId) {
        tell(userId, threadId);
        redis.publish(CHANNEL, origin + " " + userId + " " + threadId);
    }

    /** Tells {@code listener} the ids of {@code userId}'s threads as they change. */
    public Registration listen(UUID userId, Consumer<UUID> listener) {
        listeners.compute(
                userId,
                (_, known) -> {
                    Set<Consumer<UUID>> all = known == null ? ConcurrentHashMap.newKeySet() : known;
                    all.add(listener);
                    return all;
                });
        return () ->
                listeners.computeIfPresent(
                        userId,
                        (_, all) -> {
                            all.remove(listener);
                            return all.isEmpty() ? null : all;
                        });
    }

    private void received(String message) {
        if (message.length() != 3 * UUID_LENGTH + 2 || message.startsWith(origin.toString())) {
            return;
        }
        UUID userId = UUID.fromString(message.substring(UUID_LENGTH + 1, 2 * UUID_LENGTH + 1));
        tell(userId, UUID.fromString(message.substring(2 * UUID_LENGTH + 2)));
    }

    private void tell(UUID userId, UUID threadId) {
        Set<Consumer<UUID>> interested = listeners.get(userId);
        if (interested != null) {
            interested.forEach(listener -> listener.accept(threadId));
        }
    }

    /** A listener, until it is closed. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
