package ai.netra.apex.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The table of bad configurations: how each spoils a valid one, the key to be blamed, and words of
 * the reason.
 */
abstract class BadConfigurations {
    record Bad(String name, String key, String reason, Consumer<ConfigFixture> spoil) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Bad> cases = new ArrayList<>();

    BadConfigurations() {}

    static List<Bad> all() {
        List<Bad> all = new ArrayList<>();
        for (BadConfigurations subject :
                List.of(
                        new BadValues(),
                        new BadCombinations(),
                        new BadPlaces(),
                        new BadSecrets())) {
            subject.rows();
            all.addAll(subject.cases);
        }
        return all;
    }

    /** Adds the rows of one subject. */
    abstract void rows();

    final void add(String name, String key, String reason, Consumer<ConfigFixture> spoil) {
        cases.add(new Bad(name, key, reason, spoil));
    }

    /** One value of one key, set in the environment. */
    final void value(String key, String value, String reason) {
        String shown = value.length() > 40 ? value.substring(0, 40) + "…" : value;
        add(key + "=" + shown.replaceAll("\\p{C}", "?"), key, reason, f -> f.env(key, value));
    }
}
