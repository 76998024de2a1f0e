package ai.netra.apex.backend.model;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/models}: what can be chosen, from memory. */
@RestController
final class ModelsController {

    private final ModelCatalog catalog;

    ModelsController(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @GetMapping("/api/models")
    Models models() {
        return new Models(catalog.models());
    }

    record Models(List<Model> items) {}
}
