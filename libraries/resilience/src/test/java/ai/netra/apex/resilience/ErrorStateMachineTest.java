package ai.netra.apex.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.resilience.ErrorStateMachine.Entry;
import ai.netra.apex.resilience.ErrorStateMachine.Stage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("ERR-8")
class ErrorStateMachineTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ErrorStateMachine machine =
            new ErrorStateMachine(
                    new Clock() {
                        @Override
                        public Instant instant() {
                            return now;
                        }

                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }
                    },
                    Duration.ofSeconds(10));

    private Entry entry(ErrorState state) {
        return machine.entries().stream().filter(e -> e.state() == state).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void everyErrorStateHasItsRecoveryAndItsFatalEnd(ErrorState state) {
        assertThat(entry(state).stage()).isEqualTo(Stage.FINE);
        machine.error(state, "first");
        assertThat(entry(state).stage()).isEqualTo(Stage.RECOVERING);
        assertThat(entry(state).action()).isEqualTo(state.recovery());
        machine.recovered(state);
        assertThat(entry(state).stage()).isEqualTo(Stage.FINE);
        machine.fatal(state, "second");
        assertThat(entry(state).stage()).isEqualTo(Stage.MANUAL_INTERVENTION);
        assertThat(entry(state).action()).isEqualTo(state.fatal());
        machine.recovered(state);
        machine.error(state, "third");
        assertThat(entry(state).stage()).isEqualTo(Stage.MANUAL_INTERVENTION);
        assertThat(entry(state).detail()).isEqualTo("second");
        assertThat(entry(state).errors()).isEqualTo(3);
        machine.resolve(state);
        assertThat(entry(state).stage()).isEqualTo(Stage.FINE);
    }

    @Test
    void troubleThatIsQuietForAWhileIsOver() {
        machine.error(ErrorState.TIMEOUT, "slow");
        now = now.plusSeconds(9);
        assertThat(entry(ErrorState.TIMEOUT).stage()).isEqualTo(Stage.RECOVERING);
        now = now.plusSeconds(2);
        assertThat(entry(ErrorState.TIMEOUT).stage()).isEqualTo(Stage.FINE);
    }
}
