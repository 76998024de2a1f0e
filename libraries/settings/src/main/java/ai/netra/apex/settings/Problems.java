package ai.netra.apex.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of one service. Not thread-safe: one load uses one. */
final class Problems {
    private final ServiceSettings settings;
    private final List<ConfigProblem> found = new ArrayList<>();
    private final Set<String> reported = new HashSet<>();

    Problems(ServiceSettings settings) {
        this.settings = settings;
    }

    void add(Setting<?> setting, Origin origin, String reason, String suggestion) {
        add(setting.key(), origin.toString(), reason, suggestion);
    }

    void add(String key, String source, String reason, String suggestion) {
        found.add(new ConfigProblem(settings.service(), key, source, reason, suggestion));
        reported.add(key);
    }

    boolean isReported(String key) {
        return reported.contains(key);
    }

    /** In the order of the declarations; what concerns no declared key comes first. */
    List<ConfigProblem> inOrder() {
        List<String> order = List.copyOf(settings.keys());
        List<ConfigProblem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(problem -> order.indexOf(problem.key())));
        return List.copyOf(sorted);
    }
}
