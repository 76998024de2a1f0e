package ai.netra.apex.backend.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("GLD-7")
class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void aBurstIsAllowedOnceAndThenTheRate() {
        var bucket = new TokenBucket(30, 0);
        assertThat(taken(bucket, 0, 100)).isEqualTo(30);
        assertThat(taken(bucket, SECOND, 100)).isEqualTo(10);
        assertThat(taken(bucket, 100 * SECOND, 100)).isEqualTo(30);
    }

    private static int taken(TokenBucket bucket, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += bucket.take(now, 10, 30) ? 1 : 0;
        }
        return taken;
    }
}
