package ai.netra.apex.backend.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.model.CallRecord;
import ai.netra.apex.backend.model.TokenUsage;
import ai.netra.apex.embedded.EmbeddedClickHouse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Usage through the buffer to a real ClickHouse engine, which is killed and comes back. */
@Tag("GLD-6")
class UsageIT {

    private static EmbeddedClickHouse engine;

    @TempDir private Path directory;
    private final UUID user = UUID.randomUUID();
    private final Instant now = Instant.now();
    private final LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);

    @BeforeAll
    static void start() {
        engine = EmbeddedClickHouse.startTemporary();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void countsByDayAndByModelForOnePersonOnly() {
        try (var clickhouse = new ClickHouse(config());
                var recorder = UsageRecorder.start(usage(1 << 20), clickhouse)) {
            recorder.called(call(user, "a/one", "ok", 10, 4));
            recorder.called(call(user, "a/one", "failed", 0, 0));
            recorder.called(call(user, "b/two", "ok", 5, 2));
            recorder.called(call(UUID.randomUUID(), "a/one", "ok", 99, 99));
            await().atMost(Duration.ofSeconds(40)).until(() -> recorder.delivered() == 4);
            var reports = new UsageReports(clickhouse, recorder);

            UsageReport byModel = reports.report(user, today, today, UsageReports.By.MODEL);
            UsageReport byDay =
                    reports.report(user, today.minusDays(3), today, UsageReports.By.DAY);

            assertThat(byModel.available()).isTrue();
            assertThat(byModel.items())
                    .containsExactly(
                            new UsageReport.Item(null, "a/one", 2, 1, 10, 4),
                            new UsageReport.Item(null, "b/two", 1, 0, 5, 2));
            assertThat(byDay.items())
                    .containsExactly(new UsageReport.Item(today, null, 3, 1, 15, 6));
            assertThat(byDay.total().calls()).isEqualTo(3);
            assertThat(
                            reports.report(
                                            user,
                                            today.minusDays(9),
                                            today.minusDays(3),
                                            UsageReports.By.DAY)
                                    .items())
                    .isEmpty();
        }
    }

    @Test
    void losesAndDoublesNothingWhenTheEngineIsKilledAndComesBack() {
        try (var clickhouse = new ClickHouse(config());
                var recorder = UsageRecorder.start(usage(1 << 22), clickhouse)) {
            var reports = new UsageReports(clickhouse, recorder);
            for (int i = 0; i < 50; i++) {
                recorder.called(call(user, "a/one", "ok", 1, 1));
            }
            await().atMost(Duration.ofSeconds(40)).until(() -> recorder.delivered() >= 1);

            engine.kill();
            for (int i = 0; i < 1_000; i++) {
                recorder.called(call(user, "a/one", "ok", 1, 1));
            }
            await().atMost(Duration.ofSeconds(40)).until(() -> recorder.waiting() >= 1_000);
            UsageReport away = reports.report(user, today, today, UsageReports.By.DAY);
            assertThat(away.available()).isFalse();
            assertThat(away.buffered()).isGreaterThanOrEqualTo(1_000);

            engine.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> recorder.waiting() == 0);

            assertThat(reports.report(user, today, today, UsageReports.By.DAY).total().calls())
                    .isEqualTo(1_050);
            assertThat(recorder.recorded())
                    .isEqualTo(recorder.delivered() + recorder.dropped() + recorder.refused())
                    .isEqualTo(1_050);
        }
    }

    @Test
    void aDeliveryWhoseAnswerWasLostIsNotCountedTwice() throws Exception {
        try (var clickhouse = new ClickHouse(config());
                var recorder = UsageRecorder.start(usage(1 << 20), clickhouse)) {
            recorder.called(call(user, "a/one", "ok", 1, 1));
            await().atMost(Duration.ofSeconds(40)).until(() -> recorder.delivered() == 1);
            byte[] line =
                    ("{\"event_id\":\""
                                    + UUID.randomUUID()
                                    + "\",\"time\":\""
                                    + today
                                    + " 00:00:01\",\"user_id\":\""
                                    + user
                                    + "\",\"model\":\"a/two\"}\n")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String token = UUID.randomUUID().toString();

            clickhouse.insert(line, token);
            clickhouse.insert(line, token);

            assertThat(
                            new UsageReports(clickhouse, recorder)
                                    .report(user, today, today, UsageReports.By.MODEL)
                                    .total()
                                    .calls())
                    .isEqualTo(2);
        }
    }

    @Test
    void countsWhatDoesNotFitAndDeliversWhatAnEarlierProcessLeft() {
        try (var recorder = UsageRecorder.start(usage(2_000), null)) {
            for (int i = 0; i < 100; i++) {
                recorder.called(call(user, "a/one", "ok", 1, 1));
            }
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> recorder.dropped() + recorder.waiting() == 100);
            assertThat(recorder.dropped()).isPositive();
            assertThat(recorder.waiting()).isPositive();
        }
        try (var clickhouse = new ClickHouse(config());
                var later = UsageRecorder.start(usage(1 << 20), clickhouse)) {
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> later.waiting() == 0 && later.delivered() > 0);

            assertThat(
                            new UsageReports(clickhouse, later)
                                    .report(user, today, today, UsageReports.By.DAY)
                                    .total()
                                    .calls())
                    .isEqualTo(later.delivered());
        }
    }

    private UsageConfig usage(long maxBytes) {
        return new UsageConfig(directory, maxBytes, 1 << 14, Duration.ofMillis(100), null);
    }

    private static UsageConfig.ClickHouseConfig config() {
        return new UsageConfig.ClickHouseConfig(
                URI.create(engine.url()), "default", engine.user(), () -> engine.password());
    }

    private CallRecord call(UUID user, String model, String outcome, long input, long output) {
        return new CallRecord(
                now,
                user,
                null,
                UUID.randomUUID(),
                "run",
                model.substring(0, 1),
                model,
                outcome,
                outcome.equals("ok") ? "" : "server_error",
                new TokenUsage(input, output, false),
                12,
                34,
                0,
                1);
    }
}
