package ai.netra.apex.testing.model;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages. */
final class AnthropicDialect extends Dialect {
    private int block = -1;
    private String open = "";

    AnthropicDialect(JsonNode request) {
        super(request);
    }

    @Override
    String contentType() {
        return "text/event-stream";
    }

    @Override
    String begin() {
        ObjectNode root = JSON.createObjectNode().put("type", "message_start");
        ObjectNode message =
                root.putObject("message")
                        .put("id", "msg_1")
                        .put("type", "message")
                        .put("role", "assistant")
                        .put("model", model());
        message.putArray("content");
        message.putObject("usage").put("input_tokens", inputTokens).put("output_tokens", 1);
        return event("message_start", root)
                + event("ping", JSON.createObjectNode().put("type", "ping"));
    }

    private String openBlock(String kind, ObjectNode contentBlock) {
        if (kind.equals(open)) {
            return "";
        }
        String closed = closeBlock();
        open = kind;
        block++;
        ObjectNode root =
                JSON.createObjectNode().put("type", "content_block_start").put("index", block);
        root.set("content_block", contentBlock);
        return closed + event("content_block_start", root);
    }

    private String closeBlock() {
        if (open.isEmpty()) {
            return "";
        }
        open = "";
        return event(
                "content_block_stop",
                JSON.createObjectNode().put("type", "content_block_stop").put("index", block));
    }

    private String delta(ObjectNode delta) {
        ObjectNode root =
                JSON.createObjectNode().put("type", "content_block_delta").put("index", block);
        root.set("delta", delta);
        return event("content_block_delta", root);
    }

    @Override
    String text(String piece) {
        ObjectNode start = JSON.createObjectNode().put("type", "text").put("text", "");
        return openBlock("text", start)
                + delta(JSON.createObjectNode().put("type", "text_delta").put("text", piece));
    }

    @Override
    String thinking(String piece) {
        ObjectNode start = JSON.createObjectNode().put("type", "thinking").put("thinking", "");
        return openBlock("thinking", start)
                + delta(
                        JSON.createObjectNode()
                                .put("type", "thinking_delta")
                                .put("thinking", piece));
    }

    @Override
    String toolCall(int index, Step.ToolCall call) {
        ObjectNode start =
                JSON.createObjectNode()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name());
        start.putObject("input");
        int half = call.arguments().length() / 2;
        var out = new StringBuilder(openBlock("tool" + index, start));
        for (String part :
                new String[] {
                    call.arguments().substring(0, half), call.arguments().substring(half)
                }) {
            out.append(
                    delta(
                            JSON.createObjectNode()
                                    .put("type", "input_json_delta")
                                    .put("partial_json", part)));
        }
        return out.append(closeBlock()).toString();
    }

    @Override
    String streamError(String message) {
        ObjectNode root = JSON.createObjectNode().put("type", "error");
        root.putObject("error").put("type", "overloaded_error").put("message", message);
        return event("error", root);
    }

    @Override
    String end() {
        String reason =
                toolsCalled
                        ? "tool_use"
                        : switch (finish) {
                            case "length" -> "max_tokens";
                            case "content_filter" -> "refusal";
                            default -> "end_turn";
                        };
        ObjectNode root = JSON.createObjectNode().put("type", "message_delta");
        root.putObject("delta").put("stop_reason", reason);
        root.putObject("usage").put("output_tokens", outputTokens);
        return closeBlock()
                + event("message_delta", root)
                + event("message_stop", JSON.createObjectNode().put("type", "message_stop"));
    }
}
