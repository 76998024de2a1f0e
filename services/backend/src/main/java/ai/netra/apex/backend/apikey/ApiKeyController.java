package ai.netra.apex.backend.apikey;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.servicekit.http.ApiException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/keys}: the caller's own keys. */
@RestController
final class ApiKeyController {

    private static final int MAX_NAME = 100;

    private final ApiKeys keys;

    ApiKeyController(ApiKeys keys) {
        this.keys = keys;
    }

    record NewKey(@Nullable String name) {}

    record Keys(List<ApiKey> items) {}

    @PostMapping("/api/keys")
    ResponseEntity<ApiKeys.Made> make(Caller caller, @RequestBody NewKey body) {
        String name = body.name() == null ? "" : body.name().strip();
        if (name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\u0000') >= 0) {
            throw ApiException.invalid("name", "name must have 1 to " + MAX_NAME + " characters.");
        }
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(keys.make(caller.userId(), name));
    }

    @GetMapping("/api/keys")
    Keys list(Caller caller) {
        return new Keys(keys.list(caller.userId()));
    }

    @DeleteMapping("/api/keys/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID id) {
        if (!keys.delete(caller.userId(), id)) {
            throw ApiException.notFound("The key");
        }
    }
}
