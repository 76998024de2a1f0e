package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("SES-4")
class LoanStateTest {

    private final LoanState state = new LoanState();

    @Test
    void aCallBetweenTheReapersLookAndItsFenceSavesTheLoan() {
        long observed = state.observe();
        assertThat(state.enter()).isTrue();
        state.exit();

        assertThat(state.fenceIdle(observed)).isFalse();
        assertThat(state.fenceIdle(state.observe())).isTrue();
        assertThat(state.enter()).isFalse();
    }

    @Test
    void aCommitBetweenTheReapersLookAndItsFenceSavesTheLoan() {
        long observed = state.observe();
        assertThat(state.beginCommit()).isTrue();
        state.endCommit();

        assertThat(state.fenceIdle(observed)).isFalse();
    }

    @Test
    void aRunningCallIsNeverFencedAsIdle() {
        state.enter();

        assertThat(state.fenceIdle(state.observe())).isFalse();
        assertThat(state.fence()).isTrue();
        assertThat(state.exit()).isTrue();
    }

    @Test
    void onlyOneOfReaperAndBorrowerTakesTheLoan() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            LoanState contended = new LoanState();
            long observed = contended.observe();
            AtomicInteger takers = new AtomicInteger();
            Thread reaper =
                    Thread.ofVirtual()
                            .start(() -> takers.addAndGet(contended.fenceIdle(observed) ? 1 : 0));
            takers.addAndGet(contended.end() == LoanState.Status.OPEN ? 1 : 0);
            reaper.join();
            assertThat(takers).hasValue(1);
            assertThat(contended.over()).isTrue();
        }
    }
}
