package ai.netra.apex.backend.message;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.backend.storage.Page;
import ai.netra.apex.servicekit.http.ApiException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** {@code /api/threads/{id}/messages}. */
@RestController
final class MessageController {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final Messages messages;
    private final MessageStore store;

    MessageController(Messages messages, MessageStore store) {
        this.messages = messages;
        this.store = store;
    }

    /** The body of a send; {@code parentId} tells null from absent. */
    record Body(
            @Nullable String clientMessageId,
            @Nullable String content,
            @Nullable String model,
            @Nullable JsonNode parentId,
            @Nullable Boolean regenerate) {}

    @PostMapping("/api/threads/{id}/messages")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted send(@PathVariable UUID id, @RequestBody Body body, Caller caller) {
        if (body.clientMessageId() == null) {
            throw ApiException.invalid("clientMessageId", "The sender's own id is needed.");
        }
        return messages.accept(
                caller.userId(),
                new SendMessage(
                        id,
                        body.clientMessageId(),
                        body.content(),
                        body.model(),
                        place(body.parentId()),
                        Boolean.TRUE.equals(body.regenerate())));
    }

    @GetMapping("/api/threads/{id}/messages")
    Page<MessageView> list(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String before,
            Caller caller) {
        int size = Page.limit(limit, DEFAULT_LIMIT, MAX_LIMIT);
        int depth = before == null ? Integer.MAX_VALUE : depth(before);
        List<MessageStore.Row> rows = store.activeBranch(id, caller.userId(), depth, size + 1);
        if (rows.isEmpty() && !store.threadExists(id, caller.userId())) {
            throw ApiException.notFound("The thread");
        }
        Page<MessageStore.Row> page =
                Page.of(rows, size, last -> Integer.toString(last.depth(), Character.MAX_RADIX));
        return new Page<>(
                page.items().stream().map(MessageStore.Row::view).toList(), page.nextCursor());
    }

    private static SendMessage.Place place(@Nullable JsonNode parentId) {
        if (parentId == null) {
            return SendMessage.Place.END;
        }
        if (parentId.isNull()) {
            return new SendMessage.Place(true, null);
        }
        try {
            return new SendMessage.Place(true, UUID.fromString(parentId.asString("")));
        } catch (IllegalArgumentException _) {
            throw ApiException.invalid("parentId", "The id of a message, or null.");
        }
    }

    private static int depth(String cursor) {
        try {
            return Integer.parseInt(cursor, Character.MAX_RADIX);
        } catch (NumberFormatException _) {
            throw ApiException.invalid(
                    "before",
                    "This is no cursor of this list: take nextCursor of the page before.");
        }
    }
}
