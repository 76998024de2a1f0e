package ai.netra.apex.settings;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something made of the configuration in force, and made anew when another one is. Thread-safe; two
 * threads that ask at the moment of a change may make it twice.
 */
final class ConfigView<T> implements Supplier<T> {

    /** What was made, and of which configuration. */
    private record Made<T>(AppConfig of, T value) {}

    private final Supplier<AppConfig> inForce;
    private final Function<AppConfig, T> make;
    private volatile Made<T> made;

    ConfigView(Supplier<AppConfig> inForce, Function<AppConfig, T> make) {
        this.inForce = inForce;
        this.make = make;
        AppConfig now = inForce.get();
        this.made = new Made<>(now, make.apply(now));
    }

    @Override
    public T get() {
        AppConfig now = inForce.get();
        Made<T> known = made;
        if (known.of() != now) {
            known = new Made<>(now, make.apply(now));
            made = known;
        }
        return known.value();
    }

    /** Makes it of a configuration that is not in force yet, to see whether that can be done. */
    void tryOut(AppConfig next) {
        var _ = make.apply(next);
    }
}
