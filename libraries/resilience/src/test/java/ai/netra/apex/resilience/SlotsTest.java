package ai.netra.apex.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CFG-7")
class SlotsTest {

    @Test
    void aSmallerLimitLetsNothingBeginUntilEnoughHasEnded() {
        var slots = new Slots();
        assertThat(slots.tryTake(2)).isTrue();
        assertThat(slots.tryTake(2)).isTrue();
        assertThat(slots.tryTake(2)).isFalse();
        slots.release();
        assertThat(slots.tryTake(1)).isFalse();
        slots.release();
        assertThat(slots.tryTake(1)).isTrue();
        assertThat(slots.taken()).isEqualTo(1);
    }

    @Test
    void noneIsGivenBackTwice() {
        var slots = new Slots();
        assertThat(slots.tryTake(1)).isTrue();
        slots.release();
        assertThatThrownBy(slots::release).isInstanceOf(IllegalStateException.class);
        assertThat(slots.tryTake(1)).isTrue();
        assertThat(slots.tryTake(1)).isFalse();
    }
}
