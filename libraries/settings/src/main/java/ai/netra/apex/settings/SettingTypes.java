package ai.netra.apex.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types that settings come in. */
public final class SettingTypes {
    /** Starts the name of a type whose values are listed. */
    static final String ENUMERATION = "one of ";

    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?\\d{1,19}");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d{1,15}(\\.\\d{1,15})?");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
    private static final int MAX_LIST = 1_000;

    /** Text, as it is. */
    public static final SettingType<String> STRING =
            new SettingType<String>("string", "text", text -> text, text -> text, null);

    /** A whole number of 32 bits. */
    public static final SettingType<Integer> INTEGER =
            new SettingType<Integer>(
                    "integer",
                    "42",
                    text ->
                            Math.toIntExact(
                                    wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE)),
                    Object::toString,
                    Comparator.naturalOrder());

    /** A whole number of 64 bits. */
    public static final SettingType<Long> LONG =
            new SettingType<Long>(
                    "long",
                    "42",
                    text -> wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE),
                    Object::toString,
                    Comparator.naturalOrder());

    /** A decimal number. */
    public static final SettingType<Double> DECIMAL_NUMBER =
            new SettingType<Double>(
                    "decimal",
                    "0.5",
                    SettingTypes::decimal,
                    value -> BigDecimal.valueOf(value).stripTrailingZeros().toPlainString(),
                    Comparator.naturalOrder());

    /** {@code true} or {@code false}, nothing else. */
    public static final SettingType<Boolean> BOOLEAN =
            new SettingType<Boolean>("boolean", "true", SettingTypes::bool, Object::toString, null);

    /** {@code 250ms}, {@code 30s}, {@code 10m}, {@code 4h}, {@code 7d}, or ISO-8601. */
    public static final SettingType<Duration> DURATION_TYPE =
            new SettingType<Duration>(
                    "duration",
                    "30s",
                    SettingTypes::duration,
                    SettingTypes::formatDuration,
                    Comparator.naturalOrder());

    /** {@code 64KiB}, {@code 10MB}. */
    public static final SettingType<DataSize> DATA_SIZE =
            new SettingType<DataSize>(
                    "data size",
                    "10MiB",
                    DataSize::parse,
                    DataSize::toString,
                    Comparator.naturalOrder());

    /** A host with an optional port. */
    public static final SettingType<HostAndPort> HOST_AND_PORT =
            new SettingType<HostAndPort>(
                    "host[:port]",
                    "db.internal:5432",
                    HostAndPort::parse,
                    HostAndPort::toString,
                    null);

    /** A path in the file system, absolute. */
    public static final SettingType<Path> PATH =
            new SettingType<Path>("path", "/etc/apex", SettingTypes::path, Path::toString, null);

    /** A file whose text is part of the configuration; written as its path. */
    public static final SettingType<TextFile> TEXT_FILE =
            new SettingType<TextFile>(
                    "file", "/etc/apex/file", TextFile::read, TextFile::toString, null);

    /** An absolute URI with a host, without credentials in it. */
    public static final SettingType<URI> URL =
            new SettingType<URI>(
                    "url", "https://api.example.com", SettingTypes::url, URI::toString, null);

    /** A credential. */
    public static final SettingType<Secret> SECRET =
            new SettingType<Secret>("secret", "(a file)", Secret::of, Secret::toString, null);

    private SettingTypes() {}

    /** One of an enum's constants, written in lower case with hyphens. */
    public static <E extends Enum<E>> SettingType<E> enumeration(Class<E> type) {
        List<E> constants = List.of(type.getEnumConstants());
        String all = constants.stream().map(SettingTypes::label).collect(Collectors.joining(", "));
        return new SettingType<>(
                ENUMERATION + all,
                label(constants.getFirst()),
                text -> {
                    for (E constant : constants) {
                        if (label(constant).equals(text)) {
                            return constant;
                        }
                    }
                    List<String> labels = constants.stream().map(SettingTypes::label).toList();
                    throw new IllegalArgumentException(
                            DidYouMean.closest(text.toLowerCase(Locale.ROOT), labels)
                                    .map(
                                            near ->
                                                    "not one of "
                                                            + all
                                                            + ": did you mean "
                                                            + near
                                                            + "?")
                                    .orElse("not one of " + all));
                },
                SettingTypes::label,
                null);
    }

    /** Several values, separated by commas; none may be empty or come twice. */
    public static <T> SettingType<List<T>> listOf(SettingType<T> element) {
        return new SettingType<>(
                "list of " + element.name(),
                element.example(),
                text -> list(text, element),
                values -> values.stream().map(element::format).collect(Collectors.joining(",")),
                null);
    }

    private static <T> List<T> list(String text, SettingType<T> element) {
        String[] parts = text.split(",", -1);
        if (parts.length > MAX_LIST) {
            throw new IllegalArgumentException("a list of more than " + MAX_LIST + " elements");
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.isEmpty()) {
                throw new IllegalArgumentException("a list whose element " + (i + 1) + " is empty");
            }
            try {
                values.add(element.parse(part));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "a list whose element " + (i + 1) + " is " + e.getMessage(), e);
            }
        }
        if (new LinkedHashSet<>(values).size() != values.size()) {
            throw new IllegalArgumentException("a list with the same element twice");
        }
        return List.copyOf(values);
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long wholeNumber(String text, long min, long max) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("not a whole number");
        }
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("too large a number", e);
        }
        if (number < min || number > max) {
            throw new IllegalArgumentException("too large a number");
        }
        return number;
    }

    private static double decimal(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException("not a decimal number such as 0.5");
        }
        // Adding zero makes the negative zero the positive one.
        return Double.parseDouble(text) + 0.0;
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(Math.min(amount, 100_000_000_000_000L));
            };
        }
        if (text.matches("\\d+")) {
            throw new IllegalArgumentException("a duration without a unit of ms, s, m, h, d");
        }
        try {
            if (text.length() <= 64 && text.startsWith("P")) {
                Duration duration = Duration.parse(text);
                if (!duration.isNegative()) {
                    return duration;
                }
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("not a duration such as 250ms, 30s, 10m, 4h, 7d", e);
        }
        throw new IllegalArgumentException("not a duration such as 250ms, 30s, 10m, 4h, 7d");
    }

    static String formatDuration(Duration duration) {
        long seconds = duration.toSeconds();
        Duration fraction = duration.minusSeconds(seconds);
        if (seconds > 999_999_999_999L || fraction.toNanos() % 1_000_000 != 0) {
            return duration.toString();
        }
        if (!fraction.isZero()) {
            return duration.toMillis() + "ms";
        }
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds != 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        // Up to ten minutes people think in seconds: 600s, 90s.
        return seconds > 600 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static Path path(String text) {
        try {
            Path path = Path.of(text);
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("not an absolute path");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path", e);
        }
    }

    private static URI url(String text) {
        URI uri;
        try {
            uri = new URI(text).parseServerAuthority();
        } catch (URISyntaxException e) {
            // The cause would repeat the text, which may hold credentials.
            throw new IllegalArgumentException(
                    text.indexOf('@') >= 0
                            ? "not a URL; a user name or password does not belong in it"
                            : "not a URL such as https://api.example.com");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "a URL with credentials in it: give the password as a secret file instead");
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new IllegalArgumentException("not a URL with a scheme and a host");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("a URL whose port is not from 1 to 65535");
        }
        String query = uri.getRawQuery();
        if (query != null
                && Arrays.stream(query.split("&", -1)).anyMatch(SettingTypes::namesCredential)) {
            throw new IllegalArgumentException(
                    "a URL with a credential among its parameters: give it as a secret file instead");
        }
        return uri;
    }

    private static boolean namesCredential(String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT);
        return name.startsWith("password=")
                || name.startsWith("passwd=")
                || name.startsWith("pwd=")
                || name.startsWith("api_key=")
                || name.startsWith("apikey=")
                || name.startsWith("token=")
                || name.startsWith("access_token=")
                || name.startsWith("secret=");
    }
}
