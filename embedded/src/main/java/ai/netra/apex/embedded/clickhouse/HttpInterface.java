package ai.netra.apex.embedded.clickhouse;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of ClickHouse's HTTP interface its official clients use: {@code /ping}, and statements
 * by GET or POST with settings, parameters, formats, compression and errors as a ClickHouse server
 * has them. Thread-safe.
 */
final class HttpInterface {

    private static final Logger LOG = LoggerFactory.getLogger(HttpInterface.class);

    /** Statements, not rows: rows are streamed. */
    private static final int MAX_STATEMENT_BYTES = 16 << 20;

    private static final int HEAD_BYTES = 64 * 1024;
    private static final int CHUNK = 256 * 1024;

    private final Sessions sessions;
    private final Credentials credentials;

    HttpInterface(Sessions sessions, Credentials credentials) {
        this.sessions = sessions;
        this.credentials = credentials;
    }

    /** Answers one request. */
    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                route(exchange);
            } catch (EngineFailure e) {
                answer(exchange, e.error());
            } catch (IOException | RuntimeException e) {
                LOG.warn("A request could not be served.", e);
                answer(exchange, EngineError.parse("The request could not be read: " + e));
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/" -> handleStatement(exchange);
            case "/ping", "/replicas_status" -> answerText(exchange, 200, "Ok.\n");
            default -> answerText(exchange, 404, "There is no handle " + path + "\n");
        }
    }

    private void handleStatement(HttpExchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange.getRequestURI());
        if (!credentials.accept(exchange.getRequestHeaders(), parameters)) {
            throw failure(
                    EngineError.AUTHENTICATION_FAILED,
                    "AUTHENTICATION_FAILED",
                    "Authentication failed: password is incorrect, or there is no user with such name.");
        }
        boolean get = exchange.getRequestMethod().equals("GET");
        if (get && parameters.get("query", "").isBlank()) {
            answerText(exchange, 200, "Ok.\n");
            return;
        }
        if (!get && !exchange.getRequestMethod().equals("POST")) {
            throw failure(
                    EngineError.NOT_IMPLEMENTED,
                    "NOT_IMPLEMENTED",
                    "Only GET and POST are supported.");
        }
        if (parameters.has("session_id")) {
            throw failure(
                    EngineError.NOT_IMPLEMENTED,
                    "NOT_IMPLEMENTED",
                    "HTTP sessions are not supported here.");
        }
        String queryId = parameters.get("query_id", UUID.randomUUID().toString());
        exchange.getResponseHeaders().set("X-ClickHouse-Query-Id", queryId);
        InputStream body =
                new BufferedInputStream(
                        Coding.ofRequest(exchange.getRequestHeaders(), parameters)
                                .decode(exchange.getRequestBody()),
                        HEAD_BYTES);
        Incoming incoming = read(parameters.get("query", ""), body);
        sessions.with(session -> run(exchange, session, incoming, parameters, get));
    }

    /** A statement and the rows behind it. */
    private record Incoming(Statement statement, InputStream rows) {}

    /**
     * The statement is in the URL, or at the head of the body, or starts in the one and goes on in
     * the other.
     */
    private static Incoming read(String inUrl, InputStream body) throws IOException {
        if (!inUrl.isBlank()) {
            Statement statement = Statement.parse(inUrl);
            if (statement.rowFormat() != null) {
                return new Incoming(statement, body);
            }
            String rest =
                    new String(readBounded(body, MAX_STATEMENT_BYTES), StandardCharsets.UTF_8);
            return new Incoming(
                    Statement.parse(rest.isBlank() ? inUrl : inUrl + "\n" + rest), body);
        }
        body.mark(HEAD_BYTES);
        byte[] head = body.readNBytes(HEAD_BYTES - 1);
        // Latin-1 keeps one character per byte, so that the index where rows begin is right.
        String text = new String(head, StandardCharsets.ISO_8859_1);
        Statement statement = Statement.parse(text);
        body.reset();
        if (statement.rowFormat() != null) {
            body.skipNBytes(statement.rowsFrom());
            String sql =
                    new String(
                            statement.sql().getBytes(StandardCharsets.ISO_8859_1),
                            StandardCharsets.UTF_8);
            return new Incoming(new Statement(sql, statement.rowFormat(), 0), body);
        }
        String whole = new String(readBounded(body, MAX_STATEMENT_BYTES), StandardCharsets.UTF_8);
        return new Incoming(new Statement(whole, null, 0), body);
    }

    private void run(
            HttpExchange exchange,
            Chdb.Session session,
            Incoming incoming,
            Parameters parameters,
            boolean readOnly) {
        Map<String, String> settings = parameters.settings();
        try {
            settings.forEach(
                    (name, value) ->
                            execute(session, "SET " + identifier(name) + " = " + literal(value)));
            execute(session, "USE " + identifier(database(exchange, parameters)));
            if (incoming.statement().rowFormat() == null) {
                runQuery(exchange, session, incoming.statement().sql(), parameters, readOnly);
            } else {
                runInsert(exchange, session, incoming);
            }
        } catch (IOException e) {
            LOG.debug("A client went away in mid-answer.", e);
        } finally {
            settings.keySet()
                    .forEach(
                            name ->
                                    executeQuietly(
                                            session, "SET " + identifier(name) + " = DEFAULT"));
        }
    }

    private static void runQuery(
            HttpExchange exchange,
            Chdb.Session session,
            String sql,
            Parameters parameters,
            boolean readOnly)
            throws IOException {
        Chdb.Classification kind = session.classify(sql);
        if (kind.statements() > 1) {
            throw failure(
                    EngineError.SYNTAX_ERROR,
                    "SYNTAX_ERROR",
                    "Multi-statements are not allowed over HTTP.");
        }
        if (readOnly && kind.statements() == 1 && !kind.readOnly()) {
            throw failure(
                    EngineError.READONLY,
                    "READONLY",
                    "Cannot execute query in readonly mode: GET reads only.");
        }
        String header = exchange.getRequestHeaders().getFirst("X-ClickHouse-Format");
        String format = parameters.get("default_format", header == null ? "TabSeparated" : header);
        long begin = System.nanoTime();
        try (Chdb.Result result = session.query(sql, format, parameters.bindings())) {
            answer(exchange, result, format, System.nanoTime() - begin, parameters);
        }
    }

    private static void runInsert(HttpExchange exchange, Chdb.Session session, Incoming incoming)
            throws IOException {
        String format = String.valueOf(incoming.statement().rowFormat());
        long begin = System.nanoTime();
        try (Chdb.Insert insert = session.insert(incoming.statement().sql(), format)) {
            requireNone(insert.error());
            byte[] buffer = new byte[CHUNK];
            for (int read = incoming.rows().read(buffer);
                    read >= 0;
                    read = incoming.rows().read(buffer)) {
                if (read > 0 && !insert.append(buffer, read)) {
                    requireNone(insert.error());
                    throw failure(
                            EngineError.SYNTAX_ERROR,
                            "SYNTAX_ERROR",
                            "The rows could not be inserted.");
                }
            }
            try (Chdb.Result result = insert.done()) {
                answer(exchange, result, format, System.nanoTime() - begin, Parameters.NONE);
            }
        }
    }

    private static void answer(
            HttpExchange exchange,
            Chdb.Result result,
            String format,
            long elapsedNanos,
            Parameters parameters)
            throws IOException {
        requireNone(result.error());
        MemorySegment bytes = result.bytes();
        exchange.getResponseHeaders()
                .set("X-ClickHouse-Summary", summary(result, bytes, elapsedNanos));
        exchange.getResponseHeaders().set("X-ClickHouse-Format", format);
        exchange.getResponseHeaders().set("X-ClickHouse-Timezone", "UTC");
        exchange.getResponseHeaders().set("X-ClickHouse-Server-Display-Name", "apex");
        exchange.getResponseHeaders().set("Content-Type", contentType(format));
        Coding coding = Coding.ofResponse(exchange.getRequestHeaders(), parameters);
        if (!coding.contentEncoding().isEmpty()) {
            exchange.getResponseHeaders().set("Content-Encoding", coding.contentEncoding());
        }
        if (bytes.byteSize() == 0) {
            exchange.getResponseHeaders().remove("Content-Encoding");
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, coding == Coding.NONE ? bytes.byteSize() : 0);
        try (OutputStream out = coding.encode(exchange.getResponseBody())) {
            byte[] buffer = new byte[(int) Math.min(CHUNK, bytes.byteSize())];
            for (long at = 0; at < bytes.byteSize(); at += buffer.length) {
                int length = (int) Math.min(buffer.length, bytes.byteSize() - at);
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, buffer, 0, length);
                out.write(buffer, 0, length);
            }
        }
    }

    private static String summary(Chdb.Result result, MemorySegment bytes, long elapsedNanos) {
        return String.format(
                Locale.ROOT,
                "{\"read_rows\":\"%d\",\"read_bytes\":\"%d\",\"written_rows\":\"%d\",\"written_bytes\":\"%d\","
                        + "\"total_rows_to_read\":\"0\",\"result_rows\":\"0\",\"result_bytes\":\"%d\","
                        + "\"elapsed_ns\":\"%d\"}",
                result.rowsRead(),
                result.bytesRead(),
                result.rowsWritten(),
                result.bytesWritten(),
                bytes.byteSize(),
                elapsedNanos);
    }

    private static String contentType(String format) {
        if (format.startsWith("JSON")) {
            return "application/json; charset=UTF-8";
        }
        if (format.startsWith("CSV")) {
            return "text/csv; charset=UTF-8";
        }
        return format.startsWith("RowBinary") || format.equals("Native")
                ? "application/octet-stream"
                : "text/tab-separated-values; charset=UTF-8";
    }

    private static void answer(HttpExchange exchange, EngineError error) throws IOException {
        if (exchange.getResponseCode() != -1) {
            return; // the answer has begun: all that can be done is to cut it off
        }
        // A body that was not read would be taken for the next request on this connection.
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.getResponseHeaders()
                .set("X-ClickHouse-Exception-Code", Integer.toString(error.code()));
        Coding coding =
                Coding.ofResponse(
                        exchange.getRequestHeaders(), Parameters.of(exchange.getRequestURI()));
        if (coding == Coding.NONE) {
            answerText(exchange, error.status(), error.message() + "\n");
            return;
        }
        if (!coding.contentEncoding().isEmpty()) {
            exchange.getResponseHeaders().set("Content-Encoding", coding.contentEncoding());
        }
        exchange.sendResponseHeaders(error.status(), 0);
        try (OutputStream out = coding.encode(exchange.getResponseBody())) {
            out.write((error.message() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void answerText(HttpExchange exchange, int status, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String database(HttpExchange exchange, Parameters parameters) {
        String header = exchange.getRequestHeaders().getFirst("X-ClickHouse-Database");
        String chosen = parameters.get("database", header == null ? "" : header);
        return chosen.isBlank() ? "default" : chosen;
    }

    private static void execute(Chdb.Session session, String sql) {
        try (Chdb.Result result = session.query(sql, "Null", Map.of())) {
            requireNone(result.error());
        }
    }

    private static void executeQuietly(Chdb.Session session, String sql) {
        try (Chdb.Result result = session.query(sql, "Null", Map.of())) {
            if (result.error() != null) {
                LOG.debug("{}: {}", sql, result.error());
            }
        }
    }

    private static void requireNone(@Nullable String error) {
        if (error != null) {
            throw new EngineFailure(EngineError.parse(error));
        }
    }

    private static EngineFailure failure(int code, String name, String detail) {
        return new EngineFailure(EngineError.of(code, name, detail));
    }

    private static byte[] readBounded(InputStream in, int limit) throws IOException {
        byte[] bytes = in.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw failure(
                    EngineError.TOO_LARGE,
                    "QUERY_IS_TOO_LARGE",
                    "A statement is limited to " + limit + " bytes.");
        }
        return bytes;
    }

    private static String identifier(String name) {
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
    }

    private static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
