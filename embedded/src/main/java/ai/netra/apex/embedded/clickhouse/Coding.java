package ai.netra.apex.embedded.clickhouse;

import com.clickhouse.data.stream.Lz4OutputStream;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/**
 * How bodies are compressed: by ClickHouse's own blocks ({@code compress=1}, {@code decompress=1}),
 * or by HTTP content coding ({@code gzip}, {@code lz4}).
 */
// "deprecation": the block streams went out with the first generation of the client, and the second
// keeps its own to
// itself. They speak the same format: the tests read it with the second.
@SuppressWarnings("deprecation")
enum Coding {
    NONE(""),
    BLOCKS(""),
    GZIP("gzip"),
    LZ4("lz4");

    private static final int BLOCK = 128 * 1024;

    private final String contentEncoding;

    Coding(String contentEncoding) {
        this.contentEncoding = contentEncoding;
    }

    /** The response's {@code Content-Encoding}, or an empty string. */
    String contentEncoding() {
        return contentEncoding;
    }

    static Coding ofRequest(Headers headers, Parameters parameters) {
        if ("1".equals(parameters.get("decompress"))) {
            return BLOCKS;
        }
        String encoding = headers.getFirst("Content-Encoding");
        return switch (encoding == null ? "" : encoding.toLowerCase(Locale.ROOT)) {
            case "" -> NONE;
            case "identity" -> NONE;
            case "gzip" -> GZIP;
            case "lz4" -> LZ4;
            default ->
                    throw new EngineFailure(
                            EngineError.of(
                                    EngineError.NOT_IMPLEMENTED,
                                    "NOT_IMPLEMENTED",
                                    "Unknown content encoding "
                                            + encoding
                                            + ": gzip and lz4 are supported."));
        };
    }

    static Coding ofResponse(Headers headers, Parameters parameters) {
        if ("1".equals(parameters.get("compress"))) {
            return BLOCKS;
        }
        String accepted = headers.getFirst("Accept-Encoding");
        if (!"1".equals(parameters.get("enable_http_compression")) || accepted == null) {
            return NONE;
        }
        String list = accepted.toLowerCase(Locale.ROOT);
        return list.contains("lz4") ? LZ4 : list.contains("gzip") ? GZIP : NONE;
    }

    InputStream decode(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case BLOCKS -> new BlockInputStream(in);
            case GZIP -> new GZIPInputStream(in);
            case LZ4 -> new LZ4FrameInputStream(in);
        };
    }

    OutputStream encode(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case BLOCKS -> new Lz4OutputStream(out, BLOCK, null);
            case GZIP -> new GZIPOutputStream(out);
            case LZ4 -> new LZ4FrameOutputStream(out);
        };
    }
}
