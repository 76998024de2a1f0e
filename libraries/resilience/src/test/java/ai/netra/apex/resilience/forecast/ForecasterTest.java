package ai.netra.apex.resilience.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.netra.apex.resilience.forecast.Forecast.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INF-6")
class ForecasterTest {

    private static final int HOUR = 60;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Forecaster forecaster = new Forecaster("pool", () -> now);

    /** Twenty samples in each of {@code minutes} minutes. */
    private void live(int minutes, double capacity, IntToDoubleFunction use) {
        for (int minute = 0; minute < minutes; minute++) {
            for (int i = 0; i < 20; i++) {
                forecaster.sample(use.applyAsDouble(minute), capacity);
                now = now.plusSeconds(3);
            }
        }
        forecaster.sample(use.applyAsDouble(minutes), capacity);
    }

    @Test
    void aSteadyGrowthIsOutWhenTheLineMeetsTheCapacity() {
        live(6 * HOUR, 100, minute -> 10 + minute / 60.0 * 5);

        Forecast seen = forecaster.forecast();

        assertThat(seen.used()).isCloseTo(40, within(0.5));
        assertThat(seen.growthPerHour()).isCloseTo(5, within(0.05));
        assertThat(seen.exhaustion()).isCloseTo(Duration.ofHours(12), Duration.ofMinutes(20));
        assertThat(seen.earliest()).isLessThanOrEqualTo(seen.exhaustion());
        assertThat(seen.latest()).isGreaterThanOrEqualTo(seen.exhaustion());
        assertThat(seen.confidence()).isGreaterThan(0.99);
        assertThat(seen.minutes()).isEqualTo(6 * HOUR);
        assertThat(seen.level()).as("more than 40 % are free").isEqualTo(Level.FINE);
    }

    @Test
    void aDayAheadWithLittleLeftIsAWarningAndFourHoursWithLessIsCritical() {
        live(6 * HOUR, 100, minute -> 50 + minute / 60.0 * 2.5);
        assertThat(forecaster.forecast().level()).isEqualTo(Level.WARNING);

        live(3 * HOUR, 100, minute -> 65 + minute / 60.0 * 10);
        assertThat(forecaster.forecast(Duration.ofHours(2)).level()).isEqualTo(Level.CRITICAL);
        assertThat(forecaster.forecast(Duration.ofHours(2)).exhaustion())
                .isLessThan(Duration.ofHours(1));
    }

    @Test
    void muchInUseThatDoesNotGrowIsNoAlarm() {
        Random random = new Random(3);
        double[] noise = random.doubles(7 * HOUR, -4, 4).toArray();
        live(6 * HOUR, 100, minute -> 90 + noise[minute]);

        Forecast seen = forecaster.forecast();

        assertThat(seen.used()).isCloseTo(90, within(5.0));
        assertThat(seen.level()).isEqualTo(Level.FINE);
    }

    @Test
    void aGrowthThatMayBeNoiseIsNoAlarm() {
        live(HOUR, 100, minute -> 85 + minute / 60.0 + (minute % 2 == 0 ? -8 : 8));

        Forecast seen = forecaster.forecast();

        assertThat(seen.exhaustion()).isLessThan(Duration.ofHours(24));
        assertThat(seen.confidence()).isLessThan(0.9);
        assertThat(seen.level()).isEqualTo(Level.FINE);
    }

    @Test
    void whatFallsIsNeverOut() {
        live(2 * HOUR, 100, minute -> 90 - minute / 60.0 * 10);

        Forecast seen = forecaster.forecast();

        assertThat(seen.exhaustion()).isNull();
        assertThat(seen.earliest()).isNull();
        assertThat(seen.growthPerHour()).isCloseTo(-10, within(0.1));
        assertThat(seen.level()).isEqualTo(Level.FINE);
    }

    @Test
    void noiseWidensTheIntervalAndLowersTheConfidence() {
        Random random = new Random(5);
        double[] noise = random.doubles(3 * HOUR, -20, 20).toArray();
        live(HOUR, 100, minute -> 40 + minute / 60.0 + noise[minute]);

        Forecast seen = forecaster.forecast();

        assertThat(seen.confidence()).isBetween(0.5, 0.95);
        assertThat(seen.latest()).as("it may not grow at all").isNull();
    }

    @Test
    void theP95OfAMinuteCountsAndNotItsMeanNorItsPeak() {
        for (int i = 0; i < 40 * 100; i++) {
            int inMinute = i % 100;
            double use = inMinute == 0 ? 90 : inMinute <= 10 ? 50 : 10;
            forecaster.sample(use, 100);
            if (inMinute == 99) {
                now = now.plusSeconds(60);
            }
        }
        forecaster.sample(0, 100);

        assertThat(forecaster.forecast().used()).isCloseTo(50, within(0.01));
    }

    @Test
    void withTooFewMinutesOrNoneOfLateNothingIsSaid() {
        live(20, 100, minute -> 95);
        assertThat(forecaster.forecast().level()).isEqualTo(Level.UNKNOWN);
        assertThat(forecaster.forecast().confidence()).isZero();

        live(40, 100, minute -> 95);
        assertThat(forecaster.forecast().level()).isNotEqualTo(Level.UNKNOWN);

        now = now.plus(Duration.ofHours(7));
        assertThat(forecaster.forecast().level()).isEqualTo(Level.UNKNOWN);
    }

    @Test
    void whatIsFullIsOutNow() {
        live(HOUR, 10, minute -> 10);

        assertThat(forecaster.forecast().exhaustion()).isEqualTo(Duration.ZERO);
        assertThat(forecaster.forecast().level()).isEqualTo(Level.CRITICAL);
    }

    @Test
    void howRightItWasAnHourAgoIsMeasured() {
        live(80, 100, minute -> 10 + minute / 60.0 * 6);
        assertThat(forecaster.forecast().accuracy()).as("nothing is due yet").isNull();
        live(120, 100, minute -> 18 + minute / 60.0 * 6);
        assertThat(forecaster.forecast().accuracy()).isGreaterThan(0.98);

        // It grew and then stops: an hour ago more was expected.
        live(HOUR, 100, minute -> 30);
        Double after = forecaster.forecast().accuracy();
        assertThat(after).isBetween(0.9, 0.99);
        live(2 * HOUR, 100, minute -> 90);
        assertThat(forecaster.forecast().accuracy()).isLessThan(after);
    }

    @Test
    void aLargerCapacityIsFollowedAtOnce() {
        live(2 * HOUR, 100, minute -> 65 + minute / 60.0 * 3);
        assertThat(forecaster.forecast().level()).isEqualTo(Level.WARNING);

        forecaster.sample(80, 1000);

        assertThat(forecaster.forecast().capacity()).isEqualTo(1000);
        assertThat(forecaster.forecast().level()).isEqualTo(Level.FINE);
    }

    @Test
    void aWindowIsPositive() {
        assertThatThrownBy(() -> forecaster.forecast(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be positive");
    }
}
