package ai.netra.apex.backend.run;

/** Makes texts storable: PostgreSQL takes neither NUL nor halves of characters. */
final class Text {

    private static final char REPLACEMENT = '\uFFFD';

    private Text() {}

    /** {@code text} with NUL and unpaired surrogates replaced by U+FFFD. */
    static String clean(String text) {
        int at = firstUnclean(text, 0);
        if (at < 0) {
            return text;
        }
        var clean = new StringBuilder(text);
        while (at >= 0) {
            clean.setCharAt(at, REPLACEMENT);
            at = firstUnclean(clean, at + 1);
        }
        return clean.toString();
    }

    /** Whether {@code text} can be stored as it is. */
    static boolean isClean(CharSequence text) {
        return firstUnclean(text, 0) < 0;
    }

    private static int firstUnclean(CharSequence text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return i;
            }
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
