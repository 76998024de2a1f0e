package ai.netra.apex.backend.model;

import ai.netra.apex.servicekit.health.DependencyHealth;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The configured providers of models, as their lists were last read. */
final class ModelsHealth implements DependencyHealth {

    private final ModelCatalog catalog;

    ModelsHealth(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public String name() {
        return "models";
    }

    @Override
    public boolean required() {
        return false;
    }

    @Override
    public String check() throws IOException {
        Map<String, String> troubles = catalog.troubles();
        if (!troubles.isEmpty()) {
            List<String> words =
                    troubles.entrySet().stream()
                            .map(e -> e.getKey() + " does not answer: " + e.getValue())
                            .toList();
            throw new IOException(String.join("; ", words));
        }
        return catalog.models().size() + " models";
    }
}
