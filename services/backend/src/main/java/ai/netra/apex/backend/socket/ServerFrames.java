package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.backend.message.Accepted;
import ai.netra.apex.contracts.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Renders the frames of the server that are no run events. Thread-safe. */
final class ServerFrames {

    private final JsonMapper json;
    private final LiveLimits limits;
    private final long heartbeatSeconds;

    ServerFrames(JsonMapper json, LiveLimits limits, long heartbeatSeconds) {
        this.json = json;
        this.limits = limits;
        this.heartbeatSeconds = heartbeatSeconds;
    }

    String ready(Caller caller, List<String> degraded) {
        return render(
                "ready",
                Map.of(
                        "userId",
                        caller.userId(),
                        "expiresAt",
                        caller.expiresAt(),
                        "heartbeatSeconds",
                        heartbeatSeconds,
                        "limits",
                        limits.get(),
                        "degraded",
                        degraded));
    }

    String accepted(String clientMessageId, Accepted accepted) {
        return render(
                "accepted",
                Map.of(
                        "clientMessageId",
                        clientMessageId,
                        "messageId",
                        accepted.message().id(),
                        "answerId",
                        accepted.answerId(),
                        "threadId",
                        accepted.threadId(),
                        "runId",
                        accepted.runId()));
    }

    String threadChanged(UUID threadId) {
        return render("thread_changed", Map.of("threadId", threadId));
    }

    String degraded(List<String> parts) {
        return render("degraded", Map.of("parts", parts));
    }

    String stopping(UUID runId) {
        return render("stopping", Map.of("runId", runId));
    }

    String pong(@Nullable String id) {
        return render("pong", id == null ? Map.of() : Map.of("id", id));
    }

    String error(Problem problem, Map<String, ?> about) {
        var fields = new LinkedHashMap<String, Object>(about);
        fields.put("problem", problem);
        return render("error", fields);
    }

    private String render(String type, Map<String, ?> fields) {
        var frame = new LinkedHashMap<String, Object>();
        frame.put("type", type);
        frame.putAll(fields);
        return json.writeValueAsString(frame);
    }
}
