package ai.netra.apex.database;

import ai.netra.apex.resilience.Backoff;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Phase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection test at start: connect, ask, and on failure try again with backoff, as often as
 * the tier says (local 5 s and 3 retries; staging and production 10 s, 5 retries and the delay that
 * managed infrastructure needs). A refusal that waiting does not change ends it at once.
 */
final class StartUp {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final Duration FIRST = Duration.ofMillis(200);

    private final DatabaseConfig config;
    private final Routes routes;
    private final RouteKeeper keeper;

    StartUp(DatabaseConfig config, Routes routes, RouteKeeper keeper) {
        this.config = config;
        this.routes = routes;
        this.keeper = keeper;
    }

    /**
     * What the server says about itself; null when it cannot be reached and the policy is to start
     * degraded.
     */
    @Nullable ServerFacts run() {
        Tier tier = config.tier();
        Duration longest = config.limits().connect();
        Duration first = longest.compareTo(FIRST) < 0 ? longest : FIRST;
        Backoff backoff = new Backoff(first, longest, tier.infrastructureDelay());
        for (int failures = 1; ; failures++) {
            try {
                return test();
            } catch (SQLException e) {
                Failure failure = FailureClassifier.classify(e, Phase.ACQUIRING);
                boolean pointless = FinalRefusal.is(e);
                if (pointless || failures > tier.connectRetries()) {
                    return giveUp(failure, e, failures, pointless);
                }
                Duration wait = backoff.after(failures, ThreadLocalRandom.current());
                LOG.warn(
                        "Database '{}' is not reachable (attempt {}): {}; again in {}",
                        config.name(),
                        failures,
                        e.getMessage(),
                        wait);
                LockSupport.parkNanos(wait.toNanos());
            }
        }
    }

    private ServerFacts test() throws SQLException {
        keeper.askAll();
        try (PhysicalConnection connection =
                routes.open(Route.Role.PRIMARY, config.limits().connect())) {
            return ServerFacts.ask(connection);
        }
    }

    private @Nullable ServerFacts giveUp(
            Failure failure, SQLException error, int attempts, boolean pointless) {
        String message =
                "database '"
                        + config.name()
                        + "' at "
                        + config.url().endpoints()
                        + " cannot be used after "
                        + attempts
                        + (attempts == 1 ? " attempt: " : " attempts: ")
                        + error.getMessage();
        if (pointless || config.startPolicy() == StartPolicy.REQUIRED) {
            throw new DatabaseUnavailableException(message, failure, error);
        }
        LOG.error("{}; starting degraded, it is used as soon as it answers", message);
        return null;
    }
}
