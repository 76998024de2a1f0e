package ai.netra.apex.settings;

import java.time.Duration;

/**
 * The defaults that follow the tier: a developer's machine answers quickly or not at all, a
 * deployed network gets longer and more attempts.
 */
public final class TierDefaults {
    private TierDefaults() {}

    /** Longest wait for one attempt to connect: 5 s in local and test, 10 s deployed. */
    public static Setting<Duration> connectTimeout(String key) {
        return Setting.duration(key)
                .between(Duration.ofMillis(100), Duration.ofMinutes(1))
                .defaultsTo(Tier.STAGING, Duration.ofSeconds(10))
                .defaultsTo(Tier.PRODUCTION, Duration.ofSeconds(10))
                .defaultsTo(Duration.ofSeconds(5))
                .describedAs("Longest wait for one attempt to connect.");
    }

    /** Attempts after the first that failed: 3 in local and test, 5 deployed. */
    public static Setting<Integer> connectRetries(String key) {
        return Setting.integer(key)
                .between(0, 20)
                .defaultsTo(Tier.STAGING, 5)
                .defaultsTo(Tier.PRODUCTION, 5)
                .defaultsTo(3)
                .describedAs("Attempts to connect after the first failed.");
    }

    /**
     * Added to each wait between attempts for the network in between: none in local, 500 ms
     * deployed.
     */
    public static Setting<Duration> infrastructureDelay(String key) {
        return Setting.duration(key)
                .between(Duration.ZERO, Duration.ofSeconds(30))
                .defaultsTo(Tier.STAGING, Duration.ofMillis(500))
                .defaultsTo(Tier.PRODUCTION, Duration.ofMillis(500))
                .defaultsTo(Duration.ZERO)
                .describedAs("Added to each wait between attempts to connect.");
    }

    /** Longest time of one request: 600 s. */
    public static Setting<Duration> requestTimeout(String key) {
        return Setting.duration(key)
                .between(Duration.ofSeconds(1), Duration.ofHours(1))
                .defaultsTo(Duration.ofMinutes(10))
                .describedAs("Longest time of one request.");
    }

    /** Longest time of one statement: 30 s. */
    public static Setting<Duration> statementTimeout(String key) {
        return Setting.duration(key)
                .between(Duration.ofMillis(100), Duration.ofMinutes(10))
                .defaultsTo(Duration.ofSeconds(30))
                .describedAs("Longest time of one SQL statement.");
    }

    /**
     * A switch that is off in local and test and on when deployed, for example TLS or secure
     * cookies.
     */
    public static Setting<Boolean> onWhenDeployed(String key) {
        return Setting.bool(key)
                .defaultsTo(Tier.STAGING, true)
                .defaultsTo(Tier.PRODUCTION, true)
                .defaultsTo(false);
    }
}
