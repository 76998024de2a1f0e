package ai.netra.apex.backend.socket;

import java.time.Duration;

/**
 * Bounds of connections.
 *
 * @param maxFrameCharacters characters one frame from a client may have
 * @param framesPerSecond frames a client may send on average
 * @param frameBurst frames a client may send at once
 * @param maxSubscriptions runs one connection may follow at once
 * @param authenticateWithin how long a connection may stay without a token
 * @param pingInterval how often the server asks for a sign of life
 * @param silence how long a client may give none
 * @param sendTimeout how long one write may wait for a slow reader
 * @param keepAlive how often an idle event stream over HTTP gets a comment
 */
public record SocketConfig(
        int maxFrameCharacters,
        int framesPerSecond,
        int frameBurst,
        int maxSubscriptions,
        Duration authenticateWithin,
        Duration pingInterval,
        Duration silence,
        Duration sendTimeout,
        Duration keepAlive) {

    public static SocketConfig defaults() {
        return new SocketConfig(
                262_144,
                20,
                100,
                256,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(15));
    }
}
