package ai.netra.apex.settings;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of data.
 *
 * @param bytes its size in bytes, not negative
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,18})\\s?([A-Za-z]{1,3})");
    private static final Map<String, Long> UNITS =
            Map.of(
                    "B", 1L,
                    "kB", 1_000L,
                    "MB", 1_000_000L,
                    "GB", 1_000_000_000L,
                    "TB", 1_000_000_000_000L,
                    "KiB", 1L << 10,
                    "MiB", 1L << 20,
                    "GiB", 1L << 30,
                    "TiB", 1L << 40);

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size cannot be negative: " + bytes);
        }
    }

    /** So many bytes. */
    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    /** So many units of 1024 bytes. */
    public static DataSize ofKibibytes(long count) {
        return new DataSize(Math.multiplyExact(count, 1L << 10));
    }

    /** So many units of 1024² bytes. */
    public static DataSize ofMebibytes(long count) {
        return new DataSize(Math.multiplyExact(count, 1L << 20));
    }

    /**
     * Reads {@code 512B}, {@code 64KiB}, {@code 10MB}. The unit is obligatory: {@code MB} is 1000²
     * bytes, {@code MiB} 1024².
     *
     * @throws IllegalArgumentException if the text is anything else, or too large for a long
     */
    public static DataSize parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size such as 10MB or 64KiB");
        }
        Long unit = unit(matcher.group(2));
        if (unit == null) {
            throw new IllegalArgumentException(
                    "has no unit of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB");
        }
        try {
            return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large", e);
        }
    }

    private static @org.jspecify.annotations.Nullable Long unit(String written) {
        for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
            if (unit.getKey().equalsIgnoreCase(written)) {
                return unit.getValue();
            }
        }
        return null;
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The largest binary unit that divides it, for example {@code 64KiB}. */
    @Override
    public String toString() {
        String[] names = {"TiB", "GiB", "MiB", "KiB"};
        for (int i = 0; i < names.length; i++) {
            long unit = 1L << (10 * (names.length - i));
            if (bytes != 0 && bytes % unit == 0) {
                return String.format(Locale.ROOT, "%d%s", bytes / unit, names[i]);
            }
        }
        return bytes + "B";
    }
}
