package ai.netra.apex.database;

import java.time.Duration;

/** Where the application runs: decides pool sizes, retries and how strict TLS must be. */
public enum Tier {
    /** A developer's machine: plaintext on loopback is allowed, little is retried. */
    LOCAL(Duration.ofSeconds(5), 3, Duration.ZERO, 10),
    /** Automated tests. */
    TEST(Duration.ofSeconds(5), 3, Duration.ZERO, 8),
    /** Like production, smaller. */
    STAGING(Duration.ofSeconds(10), 5, Duration.ofMillis(500), 15),
    /** People depend on it. */
    PRODUCTION(Duration.ofSeconds(10), 5, Duration.ofMillis(500), 20);

    private final Duration connectTimeout;
    private final int connectRetries;
    private final Duration infrastructureDelay;
    private final int poolCeiling;

    Tier(Duration connectTimeout, int connectRetries, Duration infrastructureDelay, int ceiling) {
        this.connectTimeout = connectTimeout;
        this.connectRetries = connectRetries;
        this.infrastructureDelay = infrastructureDelay;
        this.poolCeiling = ceiling;
    }

    /** How long one attempt to connect may take. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How often a failed connection test at start is repeated. */
    public int connectRetries() {
        return connectRetries;
    }

    /** Added to every wait between attempts: the time managed infrastructure needs to move. */
    public Duration infrastructureDelay() {
        return infrastructureDelay;
    }

    /** The largest pool this tier gets unless the configuration says otherwise. */
    public int poolCeiling() {
        return poolCeiling;
    }

    /** Whether only verified TLS is acceptable. */
    public boolean requiresVerifiedTls() {
        return this == STAGING || this == PRODUCTION;
    }
}
