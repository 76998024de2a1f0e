package ai.netra.apex.backend.usage;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of model calls in ClickHouse, through its official client. Thread-safe. */
final class ClickHouse implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SOCKET = Duration.ofSeconds(8);
    private static final long QUERY_SECONDS = 5;
    private static final int MAX_ROWS = 10_000;

    /** Idempotent, in order; run at each start, so that a new one is added at the end. */
    private static final List<String> SCHEMA =
            List.of(
                    """
                    CREATE TABLE IF NOT EXISTS llm_events (
                        event_id UUID,
                        time DateTime64(3, 'UTC'),
                        user_id UUID,
                        thread_id Nullable(UUID),
                        run_id Nullable(UUID),
                        source LowCardinality(String),
                        provider LowCardinality(String),
                        model LowCardinality(String),
                        outcome LowCardinality(String),
                        error LowCardinality(String),
                        input_tokens UInt64,
                        output_tokens UInt64,
                        estimated Bool,
                        first_token_ms Nullable(UInt32),
                        duration_ms UInt32,
                        tool_calls UInt16,
                        attempts UInt16
                    ) ENGINE = MergeTree
                    PARTITION BY toYYYYMM(time)
                    ORDER BY (user_id, time, event_id)
                    SETTINGS non_replicated_deduplication_window = 1000
                    """);

    private final UsageConfig.ClickHouseConfig config;
    private final Client client;
    private volatile boolean ready;
    private volatile String password;

    ClickHouse(UsageConfig.ClickHouseConfig config) {
        this.config = config;
        password = password();
        client =
                new Client.Builder()
                        .addEndpoint(config.url().toString())
                        .setUsername(config.user())
                        .setPassword(password)
                        .setDefaultDatabase(config.database())
                        .setConnectTimeout(CONNECT.toMillis(), ChronoUnit.MILLIS)
                        .setConnectionRequestTimeout(CONNECT.toMillis(), ChronoUnit.MILLIS)
                        .setSocketTimeout(SOCKET.toMillis(), ChronoUnit.MILLIS)
                        .setMaxConnections(8)
                        // Sending again is the buffer's work, with the same token.
                        .setMaxRetries(0)
                        .setClientName("netra-apex")
                        .build();
    }

    private String password() {
        var source = config.password();
        return source == null ? "" : source.get();
    }

    /** The client, signing in with the password of now. */
    private Client client() {
        String now = password();
        if (!now.equals(password)) {
            client.updateUserAndPassword(config.user(), now);
            password = now;
        }
        return client;
    }

    /** Where it is, for operators. */
    String address() {
        return String.valueOf(config.url().getAuthority());
    }

    /** Says yes to a trivial query, with the table there; else throws. */
    void check() throws IOException, InterruptedException {
        prepare();
        rows("SELECT 1 AS one", Map.of());
    }

    private synchronized void prepare() throws IOException, InterruptedException {
        if (ready) {
            return;
        }
        for (String statement : SCHEMA) {
            rows(statement, Map.of());
        }
        ready = true;
    }

    /**
     * Inserts lines of JSON. The same token again inserts nothing, so that a delivery whose answer
     * got lost is harmless to repeat.
     *
     * @throws RefusedException when ClickHouse will never take these lines
     * @throws IOException when it did not take them now
     */
    void insert(byte[] lines, String token) throws IOException, InterruptedException {
        prepare();
        var settings = new InsertSettings();
        settings.setDeduplicationToken(token);
        try (var _ =
                client().insert(
                                "llm_events",
                                new ByteArrayInputStream(lines),
                                ClickHouseFormat.JSONEachRow,
                                settings)
                        .get(2 * SOCKET.toSeconds(), TimeUnit.SECONDS)) {
            // Closing frees the connection; what it says is not needed.
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw translate(e, true);
        }
    }

    /** The rows of a query as JSON objects, at most ten thousand. */
    List<JsonNode> query(String sql, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        prepare();
        return rows(sql, parameters);
    }

    private List<JsonNode> rows(String sql, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        var settings = new QuerySettings().setFormat(ClickHouseFormat.JSONEachRow);
        try {
            QueryResponse response =
                    client().query(sql, parameters, settings).get(QUERY_SECONDS, TimeUnit.SECONDS);
            try {
                return read(response);
            } finally {
                response.close();
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw translate(e, false);
        }
    }

    private static List<JsonNode> read(QueryResponse response) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        var reader =
                new BufferedReader(
                        new InputStreamReader(response.getInputStream(), StandardCharsets.UTF_8));
        for (String line = reader.readLine();
                line != null && rows.size() < MAX_ROWS;
                line = reader.readLine()) {
            if (!line.isBlank()) {
                rows.add(JsonMapper.shared().readTree(line));
            }
        }
        return rows;
    }

    private IOException translate(Exception failure, boolean inserting) {
        Throwable cause =
                failure instanceof ExecutionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof ServerException server) {
                return translate(server, inserting);
            }
        }
        if (cause instanceof TimeoutException) {
            return new IOException("no answer in time", failure);
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String words = root.getMessage();
        return new IOException(words == null ? root.getClass().getSimpleName() : words, failure);
    }

    private IOException translate(ServerException server, boolean inserting) {
        return switch (server.getCode()) {
            case 60, 81 -> {
                // The table or its database is gone, as after a restart on empty data.
                ready = false;
                yield new IOException("the table is not there", server);
            }
            // What was sent cannot be read: types, JSON, unknown fields, conversion.
            case 6, 26, 27, 38, 41, 53, 72, 117, 130 -> {
                if (inserting) {
                    yield new RefusedException(server);
                }
                yield new IOException("code " + server.getCode(), server);
            }
            case 193, 194, 516 -> new IOException("it refused our user or password", server);
            default -> new IOException("code " + server.getCode(), server);
        };
    }

    @Override
    public void close() {
        client.close();
    }

    /** ClickHouse says that it cannot read what it was sent. */
    static final class RefusedException extends IOException {
        RefusedException(Throwable cause) {
            super("ClickHouse cannot read these rows", cause);
        }
    }
}
