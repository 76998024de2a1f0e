package ai.netra.apex.backend.socket;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/limits}. */
@RestController
final class LimitsController {

    private final LiveLimits limits;

    LimitsController(LiveLimits limits) {
        this.limits = limits;
    }

    @GetMapping("/api/limits")
    Limits limits() {
        return limits.get();
    }
}
