package ai.netra.apex.backend.model;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns the lines of one streamed answer into its pieces. Not thread-safe. */
abstract class StreamDecoder {

    /** Takes a line without its end; true when the protocol's own end has come. */
    abstract boolean line(String line) throws DecodeException;

    /** The stream has ended; true when that is a good end. */
    abstract boolean endOfStream() throws DecodeException;

    static JsonNode json(String text) throws DecodeException {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw DecodeException.malformed("a piece of its answer is not JSON");
        }
    }

    /** A text member; null when it is missing or no text. */
    static @Nullable String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isString() ? value.stringValue() : null;
    }

    /** A count; -1 when it is missing. */
    static long count(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isNumber() ? value.longValue() : -1;
    }

    /** Server-sent events as the WHATWG HTML standard, section 9.2.6, has them. */
    abstract static class Sse extends StreamDecoder {
        private static final int MAX_EVENT = 4_000_000;

        private final StringBuilder data = new StringBuilder();
        private String event = "";
        private boolean hasData;
        private boolean first = true;

        @Override
        final boolean line(String raw) throws DecodeException {
            String line = raw;
            if (first) {
                first = false;
                line = raw.startsWith("\uFEFF") ? raw.substring(1) : raw;
            }
            if (line.isEmpty()) {
                return dispatch();
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            int from = colon >= 0 && line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1;
            String value = colon < 0 ? "" : line.substring(from);
            switch (field) {
                case "data" -> {
                    if (data.length() + value.length() > MAX_EVENT) {
                        throw DecodeException.tooLong("an event of more than 4 MB");
                    }
                    if (hasData) {
                        data.append('\n');
                    }
                    hasData = true;
                    data.append(value);
                }
                case "event" -> event = value;
                default -> {
                    // Comments, ids and reconnection times say nothing here.
                }
            }
            return false;
        }

        private boolean dispatch() throws DecodeException {
            if (!hasData) {
                event = "";
                return false;
            }
            String name = event;
            String payload = data.toString();
            event = "";
            data.setLength(0);
            hasData = false;
            return event(name, payload);
        }

        @Override
        final boolean endOfStream() throws DecodeException {
            // Some servers leave out the empty line after their last event.
            return (hasData && dispatch()) || complete();
        }

        /** One event; true when it is the last. */
        abstract boolean event(String name, String data) throws DecodeException;

        /** Whether the answer is whole although no end was told. */
        abstract boolean complete();
    }
}
