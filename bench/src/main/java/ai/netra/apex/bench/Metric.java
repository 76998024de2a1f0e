package ai.netra.apex.bench;

import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param name what was measured
 * @param value ours
 * @param unit the unit of {@code value} and {@code peer}
 * @param peer the peer's or the limit's figure of the same run; null where there is none
 * @param ratio ours divided by the peer's; null without a peer
 * @param goal what was aimed at, in words: {@code "ratio <= 1.05"}; null without one
 * @param met whether the goal was met; null without one
 */
public record Metric(
        String name,
        double value,
        String unit,
        @Nullable Double peer,
        @Nullable Double ratio,
        @Nullable String goal,
        @Nullable Boolean met) {

    /** A figure alone. */
    public static Metric of(String name, double value, String unit) {
        return new Metric(name, value, unit, null, null, null, null);
    }

    /** A figure beside its peer's. */
    public static Metric beside(String name, double value, double peer, String unit) {
        return new Metric(name, value, unit, peer, peer == 0 ? null : value / peer, null, null);
    }

    /** The same figure with a goal on the value. */
    public Metric atMost(double limit) {
        return withGoal("value <= " + format(limit), value <= limit);
    }

    /** The same figure with a goal on the value. */
    public Metric atLeast(double limit) {
        return withGoal("value >= " + format(limit), value >= limit);
    }

    /** The same figure with a goal on the ratio to the peer. */
    public Metric ratioAtMost(double limit) {
        return withGoal("ratio <= " + format(limit), ratio != null && ratio <= limit);
    }

    /** The same figure with a goal on the ratio to the peer. */
    public Metric ratioAtLeast(double limit) {
        return withGoal("ratio >= " + format(limit), ratio != null && ratio >= limit);
    }

    private Metric withGoal(String text, boolean reached) {
        return new Metric(name, value, unit, peer, ratio, text, reached);
    }

    static String format(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return "%,d".formatted((long) number);
        }
        return Math.abs(number) >= 100 ? "%,.0f".formatted(number) : "%.3g".formatted(number);
    }
}
