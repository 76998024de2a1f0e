package ai.netra.apex.resilience.forecast;

/**
 * The line through points by least squares.
 *
 * @param level its value at x = 0
 * @param slope how much it rises with each x
 * @param error the standard error of the slope; zero when every point is on it
 * @param points how many points it goes through
 */
record Line(double level, double slope, double error, int points) {

    private static final double[] NORMAL = {
        0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429
    };

    /** Through {@code y[i]} at {@code x[i]}, of which at least two differ. */
    static Line through(double[] x, double[] y) {
        int n = x.length;
        double meanX = mean(x);
        double meanY = mean(y);
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < n; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        double slope = xy / xx;
        double level = meanY - slope * meanX;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double off = y[i] - level - slope * x[i];
            squares += off * off;
        }
        double error = n > 2 ? Math.sqrt(squares / (n - 2) / xx) : 0;
        return new Line(level, slope, error, n);
    }

    double at(double x) {
        return level + slope * x;
    }

    /** How probable it is that the slope's sign is the true one, by the normal distribution. */
    double confidence() {
        if (error == 0) {
            return slope == 0 ? 0.5 : 1;
        }
        return normal(Math.abs(slope) / error);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double each : values) {
            sum += each;
        }
        return sum / values.length;
    }

    /** The distribution function for z ≥ 0: Abramowitz and Stegun 26.2.17, right to 7.5e-8. */
    private static double normal(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double sum = 0;
        for (int i = NORMAL.length - 1; i >= 0; i--) {
            sum = (sum + NORMAL[i]) * t;
        }
        return 1 - Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
    }
}
