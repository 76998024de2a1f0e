package ai.netra.apex.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Times of several services that run inside each other: each must be shorter than the one above, or
 * an inner wait outlives the caller who waits for it. Within one service {@link Rule#ladder} does
 * the same.
 */
public final class TimeoutLadder {
    /** One rung: a time of one service. */
    public record Rung(String service, Setting<Duration> setting) {}

    private final List<Rung> rungs;

    private TimeoutLadder(List<Rung> rungs) {
        this.rungs = List.copyOf(rungs);
    }

    /** A ladder, the longest time first. */
    public static TimeoutLadder of(Rung... fromLongest) {
        return new TimeoutLadder(Arrays.asList(fromLongest));
    }

    /** The rungs, the longest first. */
    public List<Rung> rungs() {
        return rungs;
    }

    /**
     * What is wrong between the services' configurations; those not given are left out.
     *
     * @param configs by the service's name
     */
    public List<ConfigProblem> check(Map<String, AppConfig> configs) {
        List<ConfigProblem> problems = new ArrayList<>();
        Rung upper = null;
        Duration upperTime = Duration.ZERO;
        for (Rung rung : rungs) {
            AppConfig config = configs.get(rung.service());
            Duration time = config == null ? null : config.find(rung.setting()).orElse(null);
            if (config == null || time == null) {
                continue;
            }
            if (upper != null && time.compareTo(upperTime) >= 0) {
                problems.add(problem(rung, config, time, upper, upperTime));
            }
            upper = rung;
            upperTime = time;
        }
        return problems;
    }

    private static ConfigProblem problem(
            Rung rung, AppConfig config, Duration time, Rung upper, Duration upperTime) {
        return new ConfigProblem(
                rung.service(),
                rung.setting().key(),
                config.origin(rung.setting()).toString(),
                "is %s, not shorter than %s (%s), inside which it runs"
                        .formatted(
                                SettingTypes.formatDuration(time),
                                upper.setting().key(),
                                SettingTypes.formatDuration(upperTime)),
                "Make it shorter than " + upper.setting().key() + ", or that one longer.");
    }
}
