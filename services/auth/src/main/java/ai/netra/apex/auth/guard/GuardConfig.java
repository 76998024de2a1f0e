package ai.netra.apex.auth.guard;

import java.time.Duration;

/**
 * How many guesses and requests are allowed.
 *
 * @param lockAfter wrong passwords for one address within {@code lockTime} that lock it
 * @param lockTime how long they are counted together, and how long the lock holds
 * @param logins sign-in attempts per client address and minute
 * @param registrations new accounts per client address and hour
 */
public record GuardConfig(int lockAfter, Duration lockTime, int logins, int registrations) {}
