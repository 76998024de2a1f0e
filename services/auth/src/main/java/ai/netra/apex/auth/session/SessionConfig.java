package ai.netra.apex.auth.session;

import java.time.Duration;

/**
 * How long a sign-in lasts.
 *
 * @param absoluteLife from the sign-in, whatever is done with it
 * @param idleLife from the last refresh
 * @param grace how long the token just replaced is still answered with its successor
 * @param maxPerAccount sign-ins of one account at a time; the oldest gives way
 */
public record SessionConfig(
        Duration absoluteLife, Duration idleLife, Duration grace, int maxPerAccount) {}
