package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CFG-4")
class PoolSizingTest {

    private static PoolSizing compute(Tier tier, PoolBounds bounds, int cores, int max, int kept) {
        return PoolSizing.compute(tier, bounds, cores, max, kept, bounds.replicas());
    }

    @Test
    void coresDecideWithinTheTiersBounds() {
        PoolBounds local = PoolBounds.forTier(Tier.LOCAL);
        assertThat(compute(Tier.LOCAL, local, 2, 100, 3).size()).isEqualTo(5);
        assertThat(compute(Tier.LOCAL, local, 64, 100, 3).size()).isEqualTo(10);
        assertThat(compute(Tier.PRODUCTION, PoolBounds.forTier(Tier.PRODUCTION), 64, 500, 3).size())
                .isEqualTo(20);
    }

    @Test
    void replicasShareWhatTheServerHasLeftAndTheReasonIsTold() {
        PoolSizing sizing = compute(Tier.PRODUCTION, new PoolBounds(2, 100, 10), 32, 100, 5);
        assertThat(sizing.size()).isEqualTo(9);
        assertThat(sizing.reasons())
                .anyMatch(reason -> reason.contains("max_connections 100 - 5 reserved"))
                .last()
                .isEqualTo("pool size 9");
    }

    @Test
    void aServerThatIsNotKnownYetBoundsNothing() {
        assertThat(compute(Tier.TEST, PoolBounds.exactly(7), 1, 0, 0).size()).isEqualTo(7);
        assertThat(compute(Tier.TEST, PoolBounds.exactly(7), 1, 0, 0).reasons())
                .anyMatch(reason -> reason.contains("not known yet"));
    }
}
