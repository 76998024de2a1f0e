package ai.netra.apex.backend.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("NET-4")
class RetryTest {

    @Test
    void retriesAreBoundedByABudget() {
        long[] now = {0};
        var budget = new RetryBudget(() -> now[0]);
        int granted = 0;
        while (budget.tryRetry()) {
            granted++;
        }
        assertThat(granted).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            budget.request();
        }
        assertThat(budget.tryRetry()).isTrue();
        assertThat(budget.tryRetry()).isTrue();
        assertThat(budget.tryRetry()).isFalse();
        now[0] = 1_000_000_000L;
        assertThat(budget.tryRetry()).isTrue();
        assertThat(budget.tryRetry()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "3,3000",
        "0,0",
        "0.5,500",
        "'Thu, 01 Jan 2026 00:00:09 GMT',9000",
        "'Wed, 31 Dec 2025 00:00:00 GMT',0"
    })
    void readsRetryAfterInBothForms(String header, long millis) {
        var clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

        assertThat(ProviderErrors.retryAfter(header, clock)).isEqualTo(Duration.ofMillis(millis));
        assertThat(ProviderErrors.retryAfter("soon", clock)).isNull();
    }
}
