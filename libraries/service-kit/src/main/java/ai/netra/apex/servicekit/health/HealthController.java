package ai.netra.apex.servicekit.health;

import java.util.Map;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /health}, {@code /health/live} and {@code /health/ready}. */
@RestController
public final class HealthController {

    private final HealthMonitor monitor;

    public HealthController(HealthMonitor monitor) {
        this.monitor = monitor;
    }

    /** The summary; status 503 only when the service is down. */
    @GetMapping("/health")
    public ResponseEntity<Health> health() {
        Health health = monitor.health();
        return ResponseEntity.status(health.usable() ? 200 : 503).body(health);
    }

    /** Whether the process works at all: a supervisor restarts it when this fails. */
    @GetMapping("/health/live")
    public Map<String, String> live() {
        return Map.of("status", "up");
    }

    /** Whether requests should be sent here. */
    @GetMapping("/health/ready")
    public ResponseEntity<Map<String, String>> ready() {
        return monitor.ready()
                ? ResponseEntity.ok(Map.of("status", "up"))
                : ResponseEntity.status(503).body(Map.of("status", "down"));
    }

    @EventListener(ContextClosedEvent.class)
    void onClose() {
        monitor.drain();
    }
}
