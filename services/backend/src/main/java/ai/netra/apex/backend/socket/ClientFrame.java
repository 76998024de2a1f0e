package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.message.SendMessage;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A frame a client may send, in subprotocol {@code apex.v1}. */
sealed interface ClientFrame {

    record Authenticate(String token) implements ClientFrame {}

    record Send(SendMessage message) implements ClientFrame {}

    record Subscribe(UUID runId, long afterSequence) implements ClientFrame {}

    record Unsubscribe(UUID runId) implements ClientFrame {}

    record Stop(UUID runId) implements ClientFrame {}

    record Ping(@Nullable String id) implements ClientFrame {}

    /** The frame is not of this protocol. */
    final class MalformedFrameException extends Exception {
        private static final long serialVersionUID = 1L;

        /**
         * @param reason at most 120 characters of ASCII: it goes into a close frame
         */
        MalformedFrameException(String reason) {
            super(reason);
        }
    }

    Map<String, Set<String>> FIELDS =
            Map.of(
                    "authenticate", Set.of("token"),
                    "send_message",
                            Set.of(
                                    "threadId",
                                    "clientMessageId",
                                    "content",
                                    "model",
                                    "parentId",
                                    "regenerate"),
                    "subscribe", Set.of("runId", "afterSequence"),
                    "unsubscribe", Set.of("runId"),
                    "stop", Set.of("runId"),
                    "ping", Set.of("id"));

    /**
     * Reads a frame.
     *
     * @throws MalformedFrameException when it is not one of the protocol
     */
    static ClientFrame parse(String text, JsonMapper json) throws MalformedFrameException {
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (JacksonException e) {
            throw new MalformedFrameException("not JSON");
        }
        if (node == null || !node.isObject()) {
            throw new MalformedFrameException("not a JSON object");
        }
        String type = node.path("type").isString() ? node.path("type").asString() : "";
        Set<String> fields = FIELDS.get(type);
        if (fields == null) {
            throw new MalformedFrameException("unknown frame type");
        }
        for (String name : node.propertyNames()) {
            if (!name.equals("type") && !fields.contains(name)) {
                throw new MalformedFrameException("unknown field in " + type);
            }
        }
        return switch (type) {
            case "authenticate" -> new Authenticate(required(node, "token"));
            case "send_message" -> send(node);
            case "subscribe" -> new Subscribe(id(node, "runId"), afterSequence(node));
            case "unsubscribe" -> new Unsubscribe(id(node, "runId"));
            case "stop" -> new Stop(id(node, "runId"));
            default -> new Ping(optional(node, "id"));
        };
    }

    private static ClientFrame send(JsonNode node) throws MalformedFrameException {
        SendMessage.Place place = SendMessage.Place.END;
        if (node.path("parentId").isNull()) {
            place = new SendMessage.Place(true, null);
        } else if (node.has("parentId")) {
            place = new SendMessage.Place(true, id(node, "parentId"));
        }
        JsonNode regenerate = node.path("regenerate");
        if (!regenerate.isMissingNode() && !regenerate.isNull() && !regenerate.isBoolean()) {
            throw new MalformedFrameException("regenerate is no boolean");
        }
        return new Send(
                new SendMessage(
                        id(node, "threadId"),
                        required(node, "clientMessageId"),
                        optional(node, "content"),
                        optional(node, "model"),
                        place,
                        regenerate.asBoolean(false)));
    }

    private static long afterSequence(JsonNode node) throws MalformedFrameException {
        JsonNode value = node.path("afterSequence");
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw new MalformedFrameException("afterSequence is no number from 0");
        }
        return value.asLong();
    }

    private static String required(JsonNode node, String name) throws MalformedFrameException {
        String value = optional(node, name);
        if (value == null) {
            throw new MalformedFrameException(name + " is missing");
        }
        return value;
    }

    private static @Nullable String optional(JsonNode node, String name)
            throws MalformedFrameException {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new MalformedFrameException(name + " is no string");
        }
        return value.asString();
    }

    private static UUID id(JsonNode node, String name) throws MalformedFrameException {
        try {
            return UUID.fromString(required(node, name));
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(name + " is no id");
        }
    }
}
