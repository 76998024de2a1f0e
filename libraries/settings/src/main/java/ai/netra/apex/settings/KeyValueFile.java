package ai.netra.apex.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code KEY=VALUE} lines. Empty lines and lines starting with {@code #} are skipped, a
 * leading {@code export} too. A value may stand in single quotes (taken as it is) or double quotes
 * (with {@code \"}, {@code \\}, {@code \n}, {@code \t}). Outside single quotes {@code ${KEY}}
 * stands for the value of another key of the same file; {@code $$} is a dollar sign.
 */
record KeyValueFile(String name, Map<String, Entry> entries, List<Fault> faults) {
    /** Larger files are refused: a mistake, or an attack on memory. */
    static final int MAX_BYTES = 1 << 20;

    private static final Pattern LINE =
            Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]{0,199})\\s*=(.*)");

    /** A value; {@code literal} when references in it are not to be followed. */
    record Entry(String value, int line, boolean literal) {}

    /** What is wrong with the file, without any value. */
    record Fault(@Nullable String key, int line, String reason, String suggestion) {}

    static KeyValueFile read(Path path) {
        String name = path.toString();
        try {
            if (Files.isDirectory(path)) {
                return unreadable(name, "is a directory, not a file");
            }
            if (Files.exists(path) && Files.size(path) > MAX_BYTES) {
                return unreadable(name, "is larger than 1 MiB");
            }
            byte[] bytes = Files.readAllBytes(path);
            if (bytes.length == 0) {
                // Somebody is writing it, or a write went wrong: its settings must not silently
                // become
                // their defaults.
                return unreadable(name, "is empty");
            }
            return parse(
                    name,
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (NoSuchFileException e) {
            return unreadable(name, "does not exist");
        } catch (CharacterCodingException e) {
            return unreadable(name, "is not text in UTF-8");
        } catch (IOException e) {
            return unreadable(name, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static KeyValueFile unreadable(String name, String reason) {
        return new KeyValueFile(
                name,
                Map.of(),
                List.of(
                        new Fault(
                                null, 0, reason, "Name a readable text file of KEY=VALUE lines.")));
    }

    static KeyValueFile parse(String name, String text) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<Fault> faults = new ArrayList<>();
        int number = 0;
        for (String raw : text.split("\\R", -1)) {
            number++;
            String line = raw.strip();
            if (number == 1 && line.startsWith("\uFEFF")) {
                line = line.substring(1).strip();
            }
            if (!line.isEmpty() && !line.startsWith("#")) {
                parseLine(line, number, entries, faults);
            }
        }
        return new KeyValueFile(name, entries, faults);
    }

    private static void parseLine(
            String line, int number, Map<String, Entry> entries, List<Fault> faults) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            faults.add(
                    new Fault(
                            null,
                            number,
                            "line " + number + " is not KEY=VALUE",
                            "Write KEY=VALUE, or start the line with # for a comment."));
            return;
        }
        String key = matcher.group(1);
        String written = matcher.group(2).strip();
        Entry entry;
        try {
            entry = value(written, number);
        } catch (IllegalArgumentException e) {
            faults.add(
                    new Fault(
                            key,
                            number,
                            String.valueOf(e.getMessage()),
                            "Close the quotes, and write \\\" and \\\\ inside double quotes."));
            return;
        }
        Entry before = entries.put(key, entry);
        if (before != null) {
            faults.add(
                    new Fault(
                            key,
                            number,
                            "is set on line " + before.line() + " and again on line " + number,
                            "Keep one of the two lines."));
        }
    }

    private static Entry value(String written, int line) {
        if (written.startsWith("'")) {
            int end = written.indexOf('\'', 1);
            if (end != written.length() - 1 || end == 0) {
                throw new IllegalArgumentException(
                        "has a single quote that does not close at the end");
            }
            return new Entry(written.substring(1, end), line, true);
        }
        if (written.startsWith("\"")) {
            return new Entry(unquote(written), line, false);
        }
        int comment = written.indexOf(" #");
        return new Entry(
                comment < 0 ? written : written.substring(0, comment).strip(), line, false);
    }

    private static String unquote(String written) {
        StringBuilder value = new StringBuilder();
        int i = 1;
        while (i < written.length()) {
            char c = written.charAt(i);
            if (c == '"') {
                if (i != written.length() - 1) {
                    throw new IllegalArgumentException("has text after its closing quote");
                }
                return value.toString();
            }
            if (c == '\\' && i + 1 < written.length()) {
                i++;
                value.append(
                        switch (written.charAt(i)) {
                            case '"' -> '"';
                            case '\\' -> '\\';
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            default ->
                                    throw new IllegalArgumentException(
                                            "has an unknown escape after a backslash");
                        });
            } else {
                value.append(c);
            }
            i++;
        }
        throw new IllegalArgumentException("has a double quote that does not close");
    }

    /** What reading a key's value with its references followed gave: a value or a fault. */
    record Expanded(@Nullable String value, @Nullable Fault fault) {}

    /** Follows the references in a key's value. */
    Expanded expand(String key) {
        return new References(entries).expand(key);
    }
}
