package ai.netra.apex.settings;

import java.util.Collection;
import java.util.Optional;

/** Finds the name somebody probably meant, by the Damerau-Levenshtein distance (OSA variant). */
final class DidYouMean {
    private static final int MAX_LENGTH = 200;
    private static final int MIN_ABBREVIATION = 3;

    private DidYouMean() {}

    /**
     * The nearest of the names, if it is near enough to be meant: within a quarter of the length.
     */
    static Optional<String> closest(String written, Collection<String> names) {
        return closest(written, names, Math.max(2, written.length() / 4));
    }

    static Optional<String> closest(String written, Collection<String> names, int limit) {
        if (written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String best = "";
        int bestDistance = limit + 1;
        for (String name : names) {
            if (Math.abs(name.length() - written.length()) < bestDistance) {
                int distance = distance(written, name);
                if (distance < bestDistance) {
                    best = name;
                    bestDistance = distance;
                }
            }
        }
        return best.isEmpty()
                ? names.stream().filter(name -> abbreviates(written, name)).findFirst()
                : Optional.of(best);
    }

    /** Whether it is the beginning of the name, as {@code prod} is of {@code production}. */
    private static boolean abbreviates(String written, String name) {
        return written.length() >= MIN_ABBREVIATION && name.startsWith(written);
    }

    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
