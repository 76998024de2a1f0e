package ai.netra.apex.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.GenericRecord;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine with the official client, which knows nothing of us. */
@Tag("NET-1")
@Tag("GLD-6")
class EmbeddedClickHouseIT {

    private static final int ROWS = 100_000;

    private static EmbeddedClickHouse engine;
    private static Client client;

    /** A row as the client's serializer wants it: a bean. */
    public static final class Event {
        private long id;
        private String name = "";

        public long getId() {
            return id;
        }

        public void setId(long id) {
            this.id = id;
        }

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    @BeforeAll
    static void start() {
        engine = EmbeddedClickHouse.startTemporary();
        client = client("test").build();
    }

    @AfterAll
    static void stop() {
        client.close();
        engine.close();
    }

    @BeforeEach
    void makeTable() throws Exception {
        run("CREATE DATABASE IF NOT EXISTS apex");
        run("DROP TABLE IF EXISTS apex.events");
        run("CREATE TABLE apex.events (id UInt64, name String) ENGINE = MergeTree ORDER BY id");
    }

    @Test
    void answersPing() {
        assertThat(client.ping()).isTrue();
    }

    @Test
    void insertsAndReadsAHundredThousandRows() throws Exception {
        client.register(Event.class, client.getTableSchema("events", "apex"));
        List<Event> events =
                LongStream.range(0, ROWS).mapToObj(EmbeddedClickHouseIT::event).toList();
        try (InsertResponse response =
                client.insert("events", events, new InsertSettings().setDatabase("apex"))
                        .get(60, TimeUnit.SECONDS)) {
            assertThat(response.getWrittenRows()).isEqualTo(ROWS);
        }
        List<GenericRecord> rows =
                client.queryAll(
                        "SELECT count() AS n, sum(id) AS s, any(name) AS one FROM apex.events");
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().getLong("n")).isEqualTo(ROWS);
        assertThat(rows.getFirst().getLong("s")).isEqualTo((ROWS - 1L) * ROWS / 2);

        List<GenericRecord> all = client.queryAll("SELECT id, name FROM apex.events ORDER BY id");
        assertThat(all).hasSize(ROWS);
        assertThat(all.get(77_777).getString("name")).isEqualTo("event 77777");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesCompressedAndPlainBodiesAlike(boolean compressed) throws Exception {
        try (Client other =
                client("test")
                        .compressClientRequest(compressed)
                        .compressServerResponse(compressed)
                        .build()) {
            String rows = "{\"id\":1,\"name\":\"ünï\"}\n{\"id\":2,\"name\":\"two\"}\n";
            InputStream in = new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8));
            other.insert("apex.events", in, ClickHouseFormat.JSONEachRow)
                    .get(60, TimeUnit.SECONDS)
                    .close();
            assertThat(
                            other.queryAll("SELECT name FROM apex.events ORDER BY id")
                                    .getFirst()
                                    .getString(1))
                    .isEqualTo("ünï");
        }
    }

    @Test
    void takesHttpContentCoding() throws Exception {
        try (Client other =
                client("test").useHttpCompression(true).compressClientRequest(true).build()) {
            String rows = "{\"id\":1,\"name\":\"one\"}\n".repeat(10_000);
            InputStream in = new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8));
            other.insert("apex.events", in, ClickHouseFormat.JSONEachRow)
                    .get(60, TimeUnit.SECONDS)
                    .close();
            assertThat(other.queryAll("SELECT count() FROM apex.events").getFirst().getLong(1))
                    .isEqualTo(10_000);
        }
        HttpResponse<byte[]> answer =
                post("/?enable_http_compression=1", "SELECT 'hello'", "Accept-Encoding", "gzip");
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .asString()
                .isEqualTo("hello\n");
    }

    @Test
    void bindsParametersInsteadOfPastingThem() throws Exception {
        List<GenericRecord> rows =
                client.queryAll(
                        "SELECT {text:String} AS t",
                        Map.of("text", "'; DROP TABLE apex.events; --"),
                        new QuerySettings());
        assertThat(rows.getFirst().getString("t")).isEqualTo("'; DROP TABLE apex.events; --");
    }

    @Test
    void keepsOneRequestsSettingsAndDatabaseFromTheNext() throws Exception {
        QuerySettings settings =
                new QuerySettings().setDatabase("apex").serverSetting("max_block_size", "123");
        String question = "SELECT getSetting('max_block_size') AS s, currentDatabase() AS d";
        List<GenericRecord> there = client.queryAll(question, settings);
        assertThat(there.getFirst().getString("s")).isEqualTo("123");
        assertThat(there.getFirst().getString("d")).isEqualTo("apex");
        for (int i = 0; i < 8; i++) {
            List<GenericRecord> here = client.queryAll(question);
            assertThat(here.getFirst().getString("s")).isNotEqualTo("123");
            assertThat(here.getFirst().getString("d")).isEqualTo("default");
        }
    }

    @Test
    void tellsErrorsByTheirCode() {
        assertServerError("SELECT * FROM apex.nowhere", 60);
        assertServerError("SELEC 1", 62);
        assertServerError("SELECT 1; SELECT 2", 62);
        assertServerError("SELECT throwIf(1)", 395);
        assertThatThrownBy(() -> client.queryAll("SELECT * FROM apex.nowhere"))
                .hasStackTraceContaining("Unknown table expression identifier 'apex.nowhere'");
    }

    @Test
    void refusesAWrongPassword() {
        try (Client stranger = client("wrong").build()) {
            assertThatThrownBy(() -> stranger.queryAll("SELECT 1"))
                    .hasRootCauseInstanceOf(ServerException.class)
                    .hasStackTraceContaining("Code: 516");
        }
    }

    @Test
    void endsAStatementThatRunsTooLong() {
        QuerySettings short1 = new QuerySettings().serverSetting("max_execution_time", "1");
        assertThatThrownBy(
                        () ->
                                client.queryAll(
                                        "SELECT count() FROM numbers(1000000000000) WHERE number % 3 = 5",
                                        short1))
                .hasStackTraceContaining("Code: 159");
    }

    @Test
    void readsOnlyByGet() throws Exception {
        HttpResponse<byte[]> read = get("/?query=SELECT%201");
        assertThat(read.body()).asString().isEqualTo("1\n");
        HttpResponse<byte[]> write = get("/?query=DROP%20TABLE%20apex.events");
        assertThat(write.headers().firstValue("X-ClickHouse-Exception-Code")).contains("164");
    }

    @Test
    void servesManyAtOnceOnFewSessions() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> answers = new ArrayList<>();
            IntStream.range(0, 40)
                    .forEach(
                            n ->
                                    answers.add(
                                            threads.submit(
                                                    () ->
                                                            client.queryAll("SELECT " + n)
                                                                    .getFirst()
                                                                    .getLong(1))));
            for (int n = 0; n < 40; n++) {
                assertThat(answers.get(n).get(60, TimeUnit.SECONDS)).isEqualTo(n);
            }
        }
    }

    @Test
    void keepsRowsThroughACrash() throws Exception {
        run("INSERT INTO apex.events VALUES (1, 'kept')");
        engine.kill();
        engine.start();
        // A new client: the old one's pooled connections died with the engine, as they would with
        // any server.
        try (Client next = client("test").build()) {
            assertThat(next.queryAll("SELECT name FROM apex.events").getFirst().getString(1))
                    .isEqualTo("kept");
        }
        client.close();
        client = client("test").build();
    }

    private static Client.Builder client(String password) {
        return new Client.Builder()
                .addEndpoint(engine.url())
                .setUsername("default")
                .setPassword(password);
    }

    private static void run(String sql) throws Exception {
        client.execute(sql).get(60, TimeUnit.SECONDS).close();
    }

    private static void assertServerError(String sql, int code) {
        assertThatThrownBy(() -> client.query(sql).get(60, TimeUnit.SECONDS).close())
                .satisfies(
                        e -> {
                            Throwable cause = e;
                            while (!(cause instanceof ServerException)
                                    && cause.getCause() != null) {
                                cause = cause.getCause();
                            }
                            assertThat(cause)
                                    .isInstanceOfSatisfying(
                                            ServerException.class,
                                            error -> assertThat(error.getCode()).isEqualTo(code));
                        });
    }

    private static Event event(long id) {
        Event event = new Event();
        event.setId(id);
        event.setName("event " + id);
        return event;
    }

    private static HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    private static HttpResponse<byte[]> post(String path, String body, String header, String value)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .header(header, value)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static HttpRequest.Builder request(String path) {
        String basic =
                Base64.getEncoder().encodeToString("default:test".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(engine.url() + path))
                .header("Authorization", "Basic " + basic);
    }

    private static HttpResponse<byte[]> send(HttpRequest request)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
