package ai.netra.apex.backend.usage;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where usage goes.
 *
 * @param directory holds the buffer; a replica takes a directory of its own inside
 * @param maxBytes of the buffer; what comes beyond is dropped and counted
 * @param segmentBytes of one delivery, about
 * @param flush how long a row waits at most before its delivery is tried
 * @param clickhouse null when there is no ClickHouse: rows are kept up to the bound
 */
public record UsageConfig(
        Path directory,
        long maxBytes,
        long segmentBytes,
        Duration flush,
        @Nullable ClickHouseConfig clickhouse) {

    public static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;
    public static final long DEFAULT_SEGMENT_BYTES = 512L * 1024;
    public static final Duration DEFAULT_FLUSH = Duration.ofSeconds(1);

    /**
     * A ClickHouse server over HTTP.
     *
     * @param password read for each call, so that a rotated one is used at once; null for none
     */
    public record ClickHouseConfig(
            URI url, String database, String user, @Nullable Supplier<String> password) {}
}
