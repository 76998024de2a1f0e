package ai.netra.apex.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UuidV7Test {

    @Test
    void carriesTheTimeVersionAndVariantOfRfc9562() {
        var at = Instant.parse("2026-01-02T03:04:05.678Z");
        var ids = new UuidV7(Clock.fixed(at, ZoneOffset.UTC), RandomGenerator.getDefault());

        UUID id = ids.next();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(at.toEpochMilli());
    }

    @Test
    void staysInOrderWhenTheClockStandsStillOrGoesBack() {
        var clock = new SteppingClock();
        var ids = new UuidV7(clock, RandomGenerator.getDefault());

        String last = "";
        for (int i = 0; i < 20_000; i++) {
            clock.millis = 1_000_000L - i / 5_000;
            String next = ids.next().toString();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    private static final class SteppingClock extends Clock {
        private long millis;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
