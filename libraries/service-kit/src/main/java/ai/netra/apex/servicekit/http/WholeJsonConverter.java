package ai.netra.apex.servicekit.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON answers of usual size whole: with their length, at once. Spring's own converter
 * flushes before the end, so that even a short answer goes out chunked, in three pieces, and wakes
 * whoever reads it three times. Longer answers are streamed as ever: memory stays bounded.
 */
final class WholeJsonConverter extends JacksonJsonHttpMessageConverter {

    /** Answers up to this many bytes are written whole. */
    static final int WHOLE = 64 * 1024;

    private static final int FIRST = 12 * 1024;

    WholeJsonConverter(JsonMapper json) {
        super(json);
    }

    @Override
    protected void writeInternal(
            Object value,
            ResolvableType type,
            HttpOutputMessage message,
            @Nullable Map<String, Object> hints)
            throws IOException {
        var held = new Held(message);
        super.writeInternal(value, type, held, hints);
        held.finish();
    }

    /** Holds a body back until it ends or grows over the limit. Used by one thread. */
    private static final class Held extends OutputStream implements HttpOutputMessage {

        private final HttpOutputMessage message;
        private byte[] held = new byte[FIRST];
        private int size;
        private @Nullable OutputStream passing;

        Held(HttpOutputMessage message) {
            this.message = message;
        }

        @Override
        public HttpHeaders getHeaders() {
            return message.getHeaders();
        }

        @Override
        public OutputStream getBody() {
            return this;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (passing == null && size + length > WHOLE) {
                passing = message.getBody();
                passing.write(held, 0, size);
            }
            if (passing != null) {
                passing.write(bytes, offset, length);
                return;
            }
            if (size + length > held.length) {
                held = Arrays.copyOf(held, Math.max(size + length, 2 * held.length));
            }
            System.arraycopy(bytes, offset, held, size, length);
            size += length;
        }

        @Override
        public void flush() throws IOException {
            if (passing != null) {
                passing.flush();
            }
        }

        void finish() throws IOException {
            if (passing == null) {
                message.getHeaders().setContentLength(size);
                message.getBody().write(held, 0, size);
            }
        }
    }
}
