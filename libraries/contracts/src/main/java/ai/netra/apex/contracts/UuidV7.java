package ai.netra.apex.contracts;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random. Ids
 * made later sort later, so an index on them grows at its end. Within one millisecond the order of
 * one generator is kept by counting in the 12 bits after the time (method 1 of section 6.2).
 *
 * <p>Thread-safe.
 */
public final class UuidV7 {

    private final Clock clock;
    private final RandomGenerator random;
    private long lastMillis;
    private int counter;

    public UuidV7(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** A generator on the system's clock and a cryptographic source of randomness. */
    public static UuidV7 system() {
        return new UuidV7(Clock.systemUTC(), new SecureRandom());
    }

    /** The next id; greater than every id this generator made before. */
    public UUID next() {
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        long high;
        synchronized (this) {
            long now = clock.millis();
            if (now > lastMillis) {
                lastMillis = now;
                // Half of the range stays free, so that a burst does not run over at once.
                counter = random.nextInt(0x800);
            } else if (++counter > 0xFFF) {
                lastMillis++;
                counter = 0;
            }
            high = (lastMillis << 16) | 0x7000L | counter;
        }
        return new UUID(high, low);
    }
}
