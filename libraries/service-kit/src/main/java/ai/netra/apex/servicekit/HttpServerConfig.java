package ai.netra.apex.servicekit;

import java.time.Duration;

/**
 * How a service listens.
 *
 * @param address the address to bind, a literal: {@code 127.0.0.1} until told otherwise
 * @param port the port, or 0 for any free one
 * @param managementPort the port of metrics and diagnosis on loopback, or 0 for any free one
 * @param maxBodyBytes the largest request body that is read, in bytes
 * @param idleTimeout how long a connection may say nothing before it is closed
 * @param drain how long requests under way may go on after a stop was asked for
 * @param structuredLogs whether log lines are JSON (ECS) instead of text
 */
public record HttpServerConfig(
        String address,
        int port,
        int managementPort,
        long maxBodyBytes,
        Duration idleTimeout,
        Duration drain,
        boolean structuredLogs) {

    /** Loopback on {@code port}: 1 MiB bodies, 30 s idle, 20 s drain. */
    public static HttpServerConfig loopback(int port, int managementPort) {
        return new HttpServerConfig(
                "127.0.0.1",
                port,
                managementPort,
                1 << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                false);
    }
}
