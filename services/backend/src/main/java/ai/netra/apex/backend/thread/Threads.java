package ai.netra.apex.backend.thread;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.backend.storage.Page;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.servicekit.http.ApiException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/threads}. */
@RestController
final class Threads {

    private static final int DEFAULT_LIMIT = 30;
    private static final int MAX_LIMIT = 100;
    private static final int MAX_TITLE = 200;
    private static final int MAX_SEARCH = 200;

    private final ThreadStore store;
    private final ThreadChanges changes;
    private final StopRun stopRun;
    private final UuidV7 ids;

    Threads(ThreadStore store, ThreadChanges changes, StopRun stopRun, UuidV7 ids) {
        this.store = store;
        this.changes = changes;
        this.stopRun = stopRun;
        this.ids = ids;
    }

    /** A new thread; {@code id} is the sender's own, which makes asking again harmless. */
    record NewThread(@Nullable UUID id, @Nullable String title) {}

    record Change(
            @Nullable String title,
            @Nullable Boolean pinned,
            @Nullable Boolean deleted,
            @Nullable UUID activeMessageId) {}

    @GetMapping("/api/threads")
    Page<ThreadView> list(
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(defaultValue = "") String q,
            Caller caller) {
        int size = Page.limit(limit, DEFAULT_LIMIT, MAX_LIMIT);
        if (q.length() > MAX_SEARCH || q.indexOf('\0') >= 0) {
            throw ApiException.invalid(
                    "q", "At most " + MAX_SEARCH + " characters can be searched.");
        }
        ThreadCursor cursor = before == null ? null : ThreadCursor.decode(before);
        List<ThreadView> found = store.list(caller.userId(), cursor, q.strip(), size + 1);
        return Page.of(
                found,
                size,
                last -> new ThreadCursor(last.pinned(), last.updatedAt(), last.id()).encode());
    }

    @PostMapping("/api/threads")
    ResponseEntity<ThreadView> create(
            @RequestBody(required = false) @Nullable NewThread thread, Caller caller) {
        String title = thread == null || thread.title() == null ? "" : title(thread.title());
        UUID id = thread == null || thread.id() == null ? ids.next() : own(thread.id());
        boolean added = store.insert(id, caller.userId(), title);
        ThreadView there =
                store.find(id, caller.userId())
                        .orElseThrow(
                                () ->
                                        new ApiException(
                                                ErrorCode.CONFLICT,
                                                "This id is taken: make another one."));
        if (added) {
            changes.changed(caller.userId(), id);
        }
        return ResponseEntity.status(added ? HttpStatus.CREATED : HttpStatus.OK)
                .header("Location", "/api/threads/" + id)
                .body(there);
    }

    @GetMapping("/api/threads/{id}")
    ThreadView get(@PathVariable UUID id, Caller caller) {
        return find(id, caller);
    }

    @PatchMapping("/api/threads/{id}")
    ThreadView change(@PathVariable UUID id, @RequestBody Change change, Caller caller) {
        if (Boolean.TRUE.equals(change.deleted())) {
            throw ApiException.invalid("deleted", "Only false, to undo: use DELETE to delete.");
        }
        String title = change.title() == null ? null : title(change.title());
        if (change.deleted() != null && !store.restore(id, caller.userId())) {
            find(id, caller); // Not deleted at all is as good; gone for good is 404.
        }
        if (title != null || change.pinned() != null) {
            store.update(id, caller.userId(), title, change.pinned());
        }
        ThreadView now = find(id, caller);
        if (change.activeMessageId() != null
                && !change.activeMessageId().equals(now.activeMessageId())) {
            if (!store.activate(id, caller.userId(), change.activeMessageId())) {
                throw ApiException.invalid(
                        "activeMessageId", "There is no such message in this thread.");
            }
            now = find(id, caller);
        }
        changes.changed(caller.userId(), id);
        return now;
    }

    @DeleteMapping("/api/threads/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id, Caller caller) {
        List<UUID> open =
                store.delete(id, caller.userId())
                        .orElseThrow(() -> ApiException.notFound("The thread"));
        open.forEach(stopRun);
        changes.changed(caller.userId(), id);
    }

    private ThreadView find(UUID id, Caller caller) {
        return store.find(id, caller.userId())
                .orElseThrow(() -> ApiException.notFound("The thread"));
    }

    private static UUID own(UUID id) {
        if (id.version() != 7) {
            throw ApiException.invalid("id", "A UUID of version 7 (RFC 9562) is needed.");
        }
        return id;
    }

    private static String title(String given) {
        String title = given.strip();
        if (title.length() > MAX_TITLE || title.indexOf('\0') >= 0) {
            throw ApiException.invalid(
                    "title", "A title has at most " + MAX_TITLE + " characters, and no NUL.");
        }
        return title;
    }
}
