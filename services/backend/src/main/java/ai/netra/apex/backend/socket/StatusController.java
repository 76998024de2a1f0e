package ai.netra.apex.backend.socket;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/status}: what the socket tells by itself, for clients that have none. */
@RestController
final class StatusController {

    private final Degradation degradation;

    StatusController(Degradation degradation) {
        this.degradation = degradation;
    }

    /** What the service has to do without. */
    record Status(List<String> degraded) {}

    @GetMapping("/api/status")
    Status status() {
        return new Status(degradation.parts());
    }
}
