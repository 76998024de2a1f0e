package ai.netra.apex.testing.model;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * One request the provider received. Thread-safe.
 *
 * @param headers names in lower case
 * @param body the request's JSON; a missing node for GET
 */
public record Exchange(
        String method,
        String path,
        Map<String, String> headers,
        JsonNode body,
        CompletableFuture<Long> clientGone,
        CompletableFuture<Void> started) {

    public Exchange {
        headers = Map.copyOf(headers);
    }

    /**
     * Waits until the client has closed its socket.
     *
     * @return {@link System#nanoTime()} at which the provider saw it
     * @throws AssertionError if the client is still there after {@code limit}
     */
    public long awaitClientGone(Duration limit) {
        return await(clientGone, limit, "The client kept its connection");
    }

    /** Waits until the provider has performed its first step. */
    public void awaitStarted(Duration limit) {
        await(started, limit, "The provider has not begun to answer");
    }

    private static <T> T await(CompletableFuture<T> future, Duration limit, String otherwise) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(otherwise + " within " + limit, e);
        }
    }
}
