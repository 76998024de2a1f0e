package ai.netra.apex.backend;

import java.util.Map;
import java.util.function.Consumer;

/**
 * A change of settings while a backend runs.
 *
 * @param seen looks whether it holds
 */
record ReloadRow(String name, Map<String, String> changes, Consumer<ReloadedBackend> seen) {
    @Override
    public String toString() {
        return name;
    }
}
