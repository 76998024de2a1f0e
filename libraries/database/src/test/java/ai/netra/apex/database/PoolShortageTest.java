package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("STA-5")
class PoolShortageTest {

    private final AtomicInteger open = new AtomicInteger(3);
    private final PoolShortage shortage = new PoolShortage(() -> 5, open::get, 10);

    @Test
    void aPoolThatFillsIsNotShortAndOneThatStaysIs() {
        shortage.look(0, true);
        shortage.look(10, true);
        open.set(4);
        shortage.look(15, true);
        shortage.look(25, true);
        assertThat(shortage.detail()).isNull();
        // One that comes and goes does not hide the shortage.
        open.set(3);
        shortage.look(26, true);
        assertThat(shortage.detail()).contains("3 of 5");
        open.set(5);
        shortage.look(27, true);
        assertThat(shortage.detail()).isNull();
    }

    @Test
    void aDatabaseThatIsAwayIsNoShortageAndHasItsTimeToFillWhenItComes() {
        open.set(0);
        shortage.look(0, true);
        shortage.look(50, false);
        shortage.look(60, true);
        shortage.look(70, true);
        assertThat(shortage.detail()).isNull();
        shortage.look(71, true);
        assertThat(shortage.detail()).isNotNull();
    }

    @Test
    void whatTheTestAtStartFoundIsSaidAtOnce() {
        shortage.found();
        shortage.look(0, true);
        assertThat(shortage.detail()).isEqualTo("the pool gets no more than 3 of 5 connections");
    }
}
