package ai.netra.apex.settings;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Follows {@code ${KEY}} references between the values of one file, within bounds. */
final class References {
    private static final int MAX_VALUE = 64 * 1024;

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken(String reason) {
            super(reason, null, false, false);
        }
    }

    private final Map<String, KeyValueFile.Entry> entries;
    private final Deque<String> path = new ArrayDeque<>();
    private int work;

    References(Map<String, KeyValueFile.Entry> entries) {
        this.entries = entries;
    }

    KeyValueFile.Expanded expand(String key) {
        try {
            return new KeyValueFile.Expanded(valueOf(key), null);
        } catch (Broken e) {
            KeyValueFile.Entry entry = entries.get(key);
            return new KeyValueFile.Expanded(
                    null,
                    new KeyValueFile.Fault(
                            key,
                            entry == null ? 0 : entry.line(),
                            String.valueOf(e.getMessage()),
                            "Refer only to keys set in the same file, in no circle; write $$ for a"
                                    + " dollar sign."));
        }
    }

    private String valueOf(String key) {
        KeyValueFile.Entry entry = entries.get(key);
        if (entry == null) {
            throw new Broken("refers to " + key + ", which the file does not set");
        }
        if (entry.literal() || entry.value().indexOf('$') < 0) {
            return entry.value();
        }
        if (path.contains(key)) {
            throw new Broken(
                    "refers to itself: " + String.join(" → ", path.reversed()) + " → " + key);
        }
        path.push(key);
        String value = replace(entry.value());
        path.pop();
        return value;
    }

    private String replace(String text) {
        StringBuilder value = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '$' && text.startsWith("$$", i)) {
                value.append('$');
                i += 2;
            } else if (c == '$' && text.startsWith("${", i)) {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    throw new Broken("has a reference ${ that does not close");
                }
                value.append(valueOf(text.substring(i + 2, end)));
                i = end + 1;
            } else {
                value.append(c);
                i++;
            }
            // References to references can double at each step: both their number and the size end.
            if (value.length() > MAX_VALUE || ++work > MAX_VALUE * 4) {
                throw new Broken("grows beyond 64 KiB by its references");
            }
        }
        return value.toString();
    }
}
