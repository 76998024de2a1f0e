package ai.netra.apex.backend.search;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.servicekit.http.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/search}: over the caller's own threads. */
@RestController
final class SearchController {

    private static final int MOST = 50;

    private final ThreadSearch search;

    SearchController(ThreadSearch search) {
        this.search = search;
    }

    @GetMapping("/api/search")
    Page search(
            Caller caller,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam(required = false) @Nullable String before) {
        if (q.isBlank() || q.length() > ThreadSearch.MAX_QUERY) {
            throw ApiException.invalid(
                    "q", "q must have 1 to " + ThreadSearch.MAX_QUERY + " characters.");
        }
        if (limit < 1 || limit > MOST) {
            throw ApiException.invalid("limit", "limit must be from 1 to " + MOST + ".");
        }
        int offset = before == null ? 0 : offset(before);
        List<ThreadSearch.Hit> hits = search.search(caller.userId(), q, null, limit + 1, offset);
        boolean more = hits.size() > limit && offset + limit < ThreadSearch.DEEPEST;
        return new Page(
                hits.subList(0, Math.min(limit, hits.size())),
                more ? String.valueOf(offset + limit) : null);
    }

    private static int offset(String before) {
        if (before.matches("\\d{1,3}")) {
            int offset = Integer.parseInt(before);
            if (offset <= ThreadSearch.DEEPEST) {
                return offset;
            }
        }
        throw ApiException.invalid("before", "before must be a nextCursor of this search.");
    }

    record Page(List<ThreadSearch.Hit> items, @Nullable String nextCursor) {}
}
