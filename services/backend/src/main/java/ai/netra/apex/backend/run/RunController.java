package ai.netra.apex.backend.run;

import ai.netra.apex.backend.account.Caller;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/runs}. */
@RestController
final class RunController {

    private final Runs runs;

    RunController(Runs runs) {
        this.runs = runs;
    }

    @GetMapping("/api/runs/{id}")
    RunView get(@PathVariable UUID id, Caller caller) {
        return runs.get(id, caller.userId());
    }

    @PostMapping("/api/runs/{id}/stop")
    ResponseEntity<RunView> stop(@PathVariable UUID id, Caller caller) {
        RunView run = runs.stop(id, caller.userId());
        return ResponseEntity.status(run.over() ? 200 : 202).body(run);
    }
}
