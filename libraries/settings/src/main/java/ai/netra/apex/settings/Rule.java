package ai.netra.apex.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something that must hold between settings. It is asked only when every setting it reads is valid
 * by itself, so that one mistake is reported once.
 */
@FunctionalInterface
public interface Rule {
    /**
     * What is wrong.
     *
     * @param setting the setting to blame
     * @param reason what is wrong, without any secret
     * @param suggestion what to do, a sentence
     */
    record Violation(Setting<?> setting, String reason, String suggestion) {}

    /** Reads the values and returns what is wrong; nothing when all is well. */
    List<Violation> check(Reader values);

    /** The values a rule may read. */
    interface Reader {
        /** The value, which the setting has by its default or by being required. */
        <T> T get(Setting<T> setting);

        /** The value, if the setting has one. */
        <T> Optional<T> find(Setting<T> setting);

        /** The tier. */
        Tier tier();
    }

    /** Demands that one length of time is shorter than another. */
    static Rule shorter(Setting<Duration> inner, Setting<Duration> outer) {
        return values -> {
            Optional<Duration> small = values.find(inner);
            Optional<Duration> large = values.find(outer);
            if (small.isEmpty() || large.isEmpty() || small.get().compareTo(large.get()) < 0) {
                return List.of();
            }
            return List.of(
                    new Violation(
                            inner,
                            "%s is not shorter than %s (%s), inside which it runs"
                                    .formatted(
                                            SettingTypes.formatDuration(small.get()),
                                            outer.key(),
                                            SettingTypes.formatDuration(large.get())),
                            "Make it shorter than " + outer.key() + ", or that one longer."));
        };
    }

    /** Demands a ladder of times: each shorter than the one before it. */
    static Rule[] ladder(List<Setting<Duration>> fromLongest) {
        Rule[] rules = new Rule[Math.max(0, fromLongest.size() - 1)];
        for (int i = 0; i < rules.length; i++) {
            rules[i] = shorter(fromLongest.get(i + 1), fromLongest.get(i));
        }
        return rules;
    }

    /** Demands that one number is not larger than another. */
    static Rule atMost(Setting<Integer> smaller, Setting<Integer> larger) {
        return values -> {
            Optional<Integer> small = values.find(smaller);
            Optional<Integer> large = values.find(larger);
            if (small.isEmpty() || large.isEmpty() || small.get() <= large.get()) {
                return List.of();
            }
            return List.of(
                    new Violation(
                            smaller,
                            "%d is more than %s, which is %d"
                                    .formatted(small.get(), larger.key(), large.get()),
                            "Lower it to at most "
                                    + large.get()
                                    + ", or raise "
                                    + larger.key()
                                    + "."));
        };
    }

    /** Demands that a setting is given when another is. */
    static Rule requires(Setting<?> one, Setting<?> other) {
        return values ->
                values.find(one).isEmpty() || values.find(other).isPresent()
                        ? List.of()
                        : List.of(
                                new Violation(
                                        other,
                                        "is not set although " + one.key() + " is",
                                        "Set " + other.key() + ", or leave both out."));
    }

    /** Demands that a setting is given when a switch is on. */
    static Rule requiresWhenOn(Setting<Boolean> toggle, Setting<?> other) {
        return values ->
                !values.find(toggle).orElse(false) || values.find(other).isPresent()
                        ? List.of()
                        : List.of(
                                new Violation(
                                        other,
                                        "is not set although " + toggle.key() + " is true",
                                        "Set " + other.key() + ", or " + toggle.key() + "=false."));
    }

    /** Refuses two settings together. */
    static Rule exclusive(Setting<?> one, Setting<?> other) {
        return values ->
                values.find(one).isPresent() && values.find(other).isPresent()
                        ? List.of(
                                new Violation(
                                        other,
                                        "contradicts " + one.key() + ", which is set too",
                                        "Set only one of the two."))
                        : List.of();
    }

    /** Refuses equal values of two settings: two ports, two roles, two secrets. */
    static <T> Rule different(Setting<T> one, Setting<T> other) {
        return values -> {
            Optional<T> first = values.find(one);
            return first.isPresent() && first.equals(values.find(other))
                    ? List.of(
                            new Violation(
                                    other,
                                    "has the same value as " + one.key(),
                                    "Give the two different values."))
                    : List.of();
        };
    }

    /** Allows a switch to be on in some tiers only, for example a fast-test mode in test. */
    static Rule onlyIn(Setting<Boolean> toggle, Tier... tiers) {
        List<Tier> allowed = List.of(tiers);
        List<String> names = allowed.stream().map(Tier::label).toList();
        return values ->
                values.find(toggle).orElse(false) && !allowed.contains(values.tier())
                        ? List.of(
                                new Violation(
                                        toggle,
                                        "is on in tier "
                                                + values.tier().label()
                                                + "; it exists in tier "
                                                + String.join(", ", names)
                                                + " only",
                                        "Set it to false, or take it out."))
                        : List.of();
    }
}
