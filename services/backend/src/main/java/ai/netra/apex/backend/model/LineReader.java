package ai.netra.apex.backend.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 that end in LF, CR LF or CR, as server-sent events have them. Decodes whole
 * lines, so that a character split between packets is one character; bytes that are no UTF-8 become
 * U+FFFD. Not thread-safe.
 */
final class LineReader {

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[8 * 1024];
    private byte[] line = new byte[512];
    private int position;
    private int limit;
    private boolean afterReturn;

    LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * The next line without its end; null at the end of the stream. What comes after the last line
     * end is a line too.
     *
     * @throws LineTooLongException when a line has more than the allowed bytes
     */
    @Nullable String read() throws IOException {
        int length = 0;
        while (true) {
            if (position == limit) {
                limit = in.read(buffer, 0, buffer.length);
                position = 0;
                if (limit < 0) {
                    limit = 0;
                    return length == 0 ? null : decode(length);
                }
            }
            if (afterReturn && position < limit) {
                afterReturn = false;
                if (buffer[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n' && buffer[end] != '\r') {
                end++;
            }
            int count = end - position;
            if (length + count > maxBytes) {
                throw new LineTooLongException(maxBytes);
            }
            if (length + count > line.length) {
                line = Arrays.copyOf(line, Math.min(maxBytes, (length + count) * 2));
            }
            System.arraycopy(buffer, position, line, length, count);
            length += count;
            position = end;
            if (end < limit) {
                afterReturn = buffer[end] == '\r';
                position++;
                return decode(length);
            }
        }
    }

    private String decode(int length) {
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }

    /** A line longer than anybody needs. */
    static final class LineTooLongException extends IOException {
        LineTooLongException(int maxBytes) {
            super("a line of more than " + maxBytes + " bytes");
        }
    }
}
