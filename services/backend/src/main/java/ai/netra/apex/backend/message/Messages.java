package ai.netra.apex.backend.message;

import ai.netra.apex.backend.message.MessageStore.NewMessage;
import ai.netra.apex.backend.message.MessageStore.Row;
import ai.netra.apex.backend.run.NewRun;
import ai.netra.apex.backend.run.RunAdmission;
import ai.netra.apex.backend.run.RunModels;
import ai.netra.apex.backend.run.Runs;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.thread.Branches;
import ai.netra.apex.backend.thread.ThreadChanges;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.servicekit.http.ApiException;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The one path by which a message is accepted, for HTTP and WebSocket alike. The message, the place
 * of its answer and the run are committed together; only then is the sender told, and only then
 * does the run begin. The thread's row is held meanwhile, so the same client id from two places at
 * once is one message.
 *
 * <p>Thread-safe.
 */
public final class Messages {

    private static final int MAX_CLIENT_ID = 100;
    private static final int MAX_MODEL = 200;

    private final Database database;
    private final MessageStore store;
    private final Runs runs;
    private final RunModels models;
    private final ThreadChanges changes;
    private final Supplier<MessageConfig> config;
    private final UuidV7 ids;

    Messages(
            Database database,
            MessageStore store,
            Runs runs,
            RunModels models,
            ThreadChanges changes,
            Supplier<MessageConfig> config,
            UuidV7 ids) {
        this.database = database;
        this.store = store;
        this.runs = runs;
        this.models = models;
        this.changes = changes;
        this.config = config;
        this.ids = ids;
    }

    /**
     * Accepts a message of {@code userId}.
     *
     * @return what was made; for a client id that is known, what was made then
     * @throws ApiException 404, 413, 422, 429 or 503: nothing was accepted
     */
    public Accepted accept(UUID userId, SendMessage message) {
        String model = check(message);
        try (RunAdmission admission = runs.admit()) {
            Outcome outcome =
                    database.inTransaction(
                            "accept message",
                            jdbc -> accept(jdbc, admission, userId, message, model));
            if (outcome.isNew()) {
                admission.accepted();
                changes.changed(userId, message.threadId());
            }
            return outcome.accepted();
        }
    }

    private record Outcome(Accepted accepted, boolean isNew) {}

    private Outcome accept(
            JdbcClient jdbc,
            RunAdmission admission,
            UUID userId,
            SendMessage message,
            String model) {
        UUID threadId = message.threadId();
        MessageStore.LockedThread thread =
                store.lockThread(jdbc, threadId, userId)
                        .orElseThrow(() -> ApiException.notFound("The thread"));
        Row known = store.findByClientId(jdbc, threadId, message.clientMessageId()).orElse(null);
        if (known != null) {
            return new Outcome(again(jdbc, known), false);
        }
        admission.check(jdbc, userId);
        UUID runId = ids.next();
        Row question;
        Row parent = parentOf(jdbc, message, thread.activeLeaf());
        if (message.regenerate()) {
            question = Objects.requireNonNull(parent);
        } else {
            question = store.insert(jdbc, question(ids.next(), userId, message, parent));
            UUID parentId = parent == null ? null : parent.view().id();
            store.recountSiblings(jdbc, threadId, parentId);
        }
        Row answer =
                store.insert(jdbc, answer(ids.next(), userId, message, question, runId, model));
        if (message.regenerate()) {
            store.recountSiblings(jdbc, threadId, question.view().id());
        }
        UUID answerId = answer.view().id();
        if (!Objects.equals(thread.activeLeaf(), parent == null ? null : parent.view().id())) {
            Branches.activate(jdbc, threadId, answerId);
        }
        String title =
                thread.titleSource().equals("none") && message.content() != null
                        ? Titles.from(message.content())
                        : null;
        store.touchThread(jdbc, threadId, answerId, title);
        admission.insert(
                jdbc, new NewRun(runId, threadId, userId, question.view().id(), answerId, model));
        return new Outcome(new Accepted(question.view(), runId, answerId, threadId), true);
    }

    /** The answer that was given when this client id came first. */
    private Accepted again(JdbcClient jdbc, Row known) {
        MessageView view = known.view();
        if (view.role().equals("user")) {
            MessageView answer =
                    store.firstAnswer(jdbc, view.threadId(), view.id()).orElseThrow().view();
            return accepted(view, answer);
        }
        UUID question = Objects.requireNonNull(view.parentId());
        return accepted(store.find(jdbc, view.threadId(), question).orElseThrow().view(), view);
    }

    private static Accepted accepted(MessageView question, MessageView answer) {
        return new Accepted(
                question, Objects.requireNonNull(answer.runId()), answer.id(), question.threadId());
    }

    /** The message after which the new one goes; null at the beginning of the thread. */
    private @Nullable Row parentOf(
            JdbcClient jdbc, SendMessage message, @Nullable UUID activeLeaf) {
        UUID parentId = message.place().given() ? message.place().parentId() : activeLeaf;
        if (parentId == null) {
            return null;
        }
        Row parent =
                store.find(jdbc, message.threadId(), parentId)
                        .orElseThrow(
                                () ->
                                        ApiException.invalid(
                                                "parentId",
                                                "There is no such message in this thread."));
        String needed = message.regenerate() ? "user" : "assistant";
        if (!parent.view().role().equals(needed)) {
            throw ApiException.invalid(
                    "parentId",
                    message.regenerate()
                            ? "To regenerate, name the user's message that is answered again."
                            : "A message follows an answer: name the parent of the message edited.");
        }
        return parent;
    }

    private static NewMessage question(
            UUID id, UUID userId, SendMessage message, @Nullable Row parent) {
        return new NewMessage(
                id,
                message.threadId(),
                userId,
                parent == null ? null : parent.view().id(),
                "user",
                "complete",
                Objects.requireNonNull(message.content()),
                parent == null ? 0 : parent.depth() + 1,
                message.clientMessageId(),
                null,
                null);
    }

    private static NewMessage answer(
            UUID id, UUID userId, SendMessage message, Row question, UUID runId, String model) {
        return new NewMessage(
                id,
                message.threadId(),
                userId,
                question.view().id(),
                "assistant",
                "streaming",
                "",
                question.depth() + 1,
                message.regenerate() ? message.clientMessageId() : null,
                runId,
                model);
    }

    /** Refuses what cannot be accepted whatever is stored; returns the model to ask. */
    private String check(SendMessage message) {
        String clientId = message.clientMessageId();
        if (clientId.isBlank() || clientId.length() > MAX_CLIENT_ID || !storable(clientId)) {
            throw ApiException.invalid(
                    "clientMessageId", "Between 1 and " + MAX_CLIENT_ID + " characters.");
        }
        if (message.regenerate()) {
            checkRegenerate(message);
        } else {
            checkContent(message.content());
        }
        String model = message.model();
        if (model == null || model.isBlank()) {
            return models.defaultModel();
        }
        if (model.length() > MAX_MODEL || !models.offers(model)) {
            throw ApiException.invalid(
                    "model",
                    "This model is not offered now: GET /api/models lists those that are.");
        }
        return model;
    }

    private static void checkRegenerate(SendMessage message) {
        if (message.content() != null) {
            throw ApiException.invalid("content", "An answer is made anew without new content.");
        }
        if (message.place().parentId() == null) {
            throw ApiException.invalid(
                    "parentId", "To regenerate, name the user's message that is answered again.");
        }
    }

    private void checkContent(@Nullable String content) {
        if (content == null || content.isBlank()) {
            throw ApiException.invalid("content", "A message needs some text.");
        }
        int most = config.get().maxCharacters();
        if (content.length() > most) {
            throw new ApiException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A message may have at most %d characters; this one has %d. Shorten or split it."
                            .formatted(most, content.length()));
        }
        if (!storable(content)) {
            throw ApiException.invalid(
                    "content",
                    "The text contains NUL or half a character, which is no valid text.");
        }
    }

    private static boolean storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
