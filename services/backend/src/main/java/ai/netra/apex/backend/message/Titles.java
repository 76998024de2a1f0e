package ai.netra.apex.backend.message;

import java.text.BreakIterator;
import java.util.Locale;

/** Makes a thread's title from its first message. */
final class Titles {

    private static final int MAX = 60;

    private Titles() {}

    /** The first line with words, without markup at its ends, cut between words. */
    static String from(String content) {
        String line =
                content.lines()
                        .map(l -> l.replaceAll("^[\\s#>*`\\-]+|[\\s#*`]+$", ""))
                        .filter(l -> !l.isBlank())
                        .findFirst()
                        .orElse(content.strip())
                        .replaceAll("\\s+", " ");
        if (line.length() <= MAX) {
            return line;
        }
        BreakIterator words = BreakIterator.getWordInstance(Locale.ROOT);
        words.setText(line);
        int end = words.preceding(MAX);
        // A text without gaps between words is cut where a character ends.
        if (end < MAX / 2) {
            end = Character.isHighSurrogate(line.charAt(MAX - 1)) ? MAX - 1 : MAX;
        }
        return line.substring(0, end).strip() + "…";
    }
}
