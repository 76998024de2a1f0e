package ai.netra.apex.backend.usage;

import ai.netra.apex.servicekit.health.DependencyHealth;
import java.io.IOException;

/** ClickHouse as this service sees it; without it usage waits on disk. */
final class ClickHouseHealth implements DependencyHealth {

    private final ClickHouse clickhouse;
    private final UsageRecorder recorder;

    ClickHouseHealth(ClickHouse clickhouse, UsageRecorder recorder) {
        this.clickhouse = clickhouse;
        this.recorder = recorder;
    }

    @Override
    public String name() {
        return "clickhouse";
    }

    @Override
    public boolean required() {
        return false;
    }

    @Override
    public String check() throws IOException, InterruptedException {
        try {
            clickhouse.check();
        } catch (IOException e) {
            throw new IOException(
                    clickhouse.address()
                            + ": "
                            + e.getMessage()
                            + "; "
                            + recorder.waiting()
                            + " usage rows wait on disk, "
                            + recorder.dropped()
                            + " dropped",
                    e);
        }
        return recorder.waiting() + " usage rows wait, " + recorder.dropped() + " dropped";
    }
}
