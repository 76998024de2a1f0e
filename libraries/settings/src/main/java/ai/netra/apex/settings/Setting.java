package ai.netra.apex.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The declaration of one setting: plain immutable data. Every method that adds to it returns a new
 * declaration, so declarations are written as constants:
 *
 * <pre>{@code
 * static final Setting<Integer> PORT =
 *         Setting.integer("BACKEND_PORT").between(1, 65_535).defaultsTo(8000)
 *                 .describedAs("Port of the HTTP server");
 * }</pre>
 *
 * A setting with neither a default nor {@link #optional()} must be given.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {
    private static final Pattern KEY = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");

    private final String key;
    private final SettingType<T> type;
    private final String description;
    private final Map<Tier, T> defaults;
    private final Set<Tier> optionalIn;
    private final boolean reloadable;
    private final boolean secret;
    private final List<Constraint<T>> constraints;
    private final List<String> formerKeys;

    private Setting(
            String key,
            SettingType<T> type,
            String description,
            Map<Tier, T> defaults,
            Set<Tier> optionalIn,
            boolean reloadable,
            boolean secret,
            List<Constraint<T>> constraints,
            List<String> formerKeys) {
        this.key = key;
        this.type = type;
        this.description = description;
        this.defaults = Collections.unmodifiableMap(defaults);
        this.optionalIn = Collections.unmodifiableSet(optionalIn);
        this.reloadable = reloadable;
        this.secret = secret;
        this.constraints = List.copyOf(constraints);
        this.formerKeys = List.copyOf(formerKeys);
    }

    /** A setting of any type. */
    public static <T> Setting<T> of(String key, SettingType<T> type) {
        return declare(key, type, false);
    }

    private static <T> Setting<T> declare(String key, SettingType<T> type, boolean secret) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("Not an upper-case key with a prefix: " + key);
        }
        return new Setting<>(
                key,
                type,
                "",
                new EnumMap<>(Tier.class),
                EnumSet.noneOf(Tier.class),
                false,
                secret,
                List.of(),
                List.of());
    }

    /** A setting that is text. */
    public static Setting<String> string(String key) {
        return of(key, SettingTypes.STRING);
    }

    /** A setting that is a whole number. */
    public static Setting<Integer> integer(String key) {
        return of(key, SettingTypes.INTEGER);
    }

    /** A setting that is a whole number of 64 bits. */
    public static Setting<Long> longInteger(String key) {
        return of(key, SettingTypes.LONG);
    }

    /** A setting that is a decimal number. */
    public static Setting<Double> decimal(String key) {
        return of(key, SettingTypes.DECIMAL_NUMBER);
    }

    /** A setting that is {@code true} or {@code false}. */
    public static Setting<Boolean> bool(String key) {
        return of(key, SettingTypes.BOOLEAN);
    }

    /** A setting that is a length of time, such as {@code 30s}. */
    public static Setting<Duration> duration(String key) {
        return of(key, SettingTypes.DURATION_TYPE);
    }

    /** A setting that is an amount of data, such as {@code 10MiB}. */
    public static Setting<DataSize> dataSize(String key) {
        return of(key, SettingTypes.DATA_SIZE);
    }

    /** A setting that is one of an enum's constants, written in lower case with hyphens. */
    public static <E extends Enum<E>> Setting<E> enumeration(String key, Class<E> type) {
        return of(key, SettingTypes.enumeration(type));
    }

    /** A setting that is an absolute URL; credentials in it are refused. */
    public static Setting<URI> url(String key) {
        return of(key, SettingTypes.URL);
    }

    /** A setting that is a host with an optional port. */
    public static Setting<HostAndPort> hostAndPort(String key) {
        return of(key, SettingTypes.HOST_AND_PORT);
    }

    /** A setting that is an absolute path. */
    public static Setting<Path> path(String key) {
        return of(key, SettingTypes.PATH);
    }

    /**
     * A file named by its absolute path, whose text is the value: with {@link
     * #reloadableAtRuntime()}, a change of the text is a change of the configuration.
     */
    public static Setting<TextFile> textFile(String key) {
        return of(key, SettingTypes.TEXT_FILE);
    }

    /** A setting that is a list, separated by commas. */
    public static <E> Setting<List<E>> listOf(String key, SettingType<E> element) {
        return of(key, SettingTypes.listOf(element));
    }

    /**
     * A credential. It is read from the service's directory of secrets or from a secret store, from
     * plain text in tier local alone, and never printed. It can have no default.
     */
    public static Setting<Secret> secret(String key) {
        return declare(key, SettingTypes.SECRET, true);
    }

    /** States what the setting is for: one sentence for the reference. */
    public Setting<T> describedAs(String text) {
        return copy(text, defaults, optionalIn, reloadable, constraints, formerKeys);
    }

    /** Gives the default of every tier that has none yet. */
    public Setting<T> defaultsTo(T value) {
        Setting<T> result = this;
        for (Tier tier : Tier.values()) {
            if (!defaults.containsKey(tier)) {
                result = result.defaultsTo(tier, value);
            }
        }
        return result;
    }

    /** Gives the default of one tier. */
    public Setting<T> defaultsTo(Tier tier, T value) {
        if (secret) {
            throw new IllegalStateException(key + " is a secret: a default would be known to all");
        }
        Map<Tier, T> more = new EnumMap<>(Tier.class);
        more.putAll(defaults);
        more.put(tier, value);
        return copy(description, more, optionalIn, reloadable, constraints, formerKeys);
    }

    /** Takes the default of these tiers away: there the setting must be given. */
    public Setting<T> requiredIn(Tier... tiers) {
        Map<Tier, T> fewer = new EnumMap<>(Tier.class);
        fewer.putAll(defaults);
        Set<Tier> mandatory = EnumSet.noneOf(Tier.class);
        mandatory.addAll(optionalIn);
        for (Tier tier : tiers) {
            fewer.remove(tier);
            mandatory.remove(tier);
        }
        return copy(description, fewer, mandatory, reloadable, constraints, formerKeys);
    }

    /** Allows it to be absent: ask with {@link AppConfig#find}. */
    public Setting<T> optional() {
        return optionalIn(Tier.values());
    }

    /** Allows it to be absent in these tiers: ask with {@link AppConfig#find}. */
    public Setting<T> optionalIn(Tier... tiers) {
        Set<Tier> more = EnumSet.noneOf(Tier.class);
        more.addAll(optionalIn);
        more.addAll(Arrays.asList(tiers));
        return copy(description, defaults, more, reloadable, constraints, formerKeys);
    }

    /** States that a new value can be taken while the service runs. */
    public Setting<T> reloadableAtRuntime() {
        return copy(description, defaults, optionalIn, true, constraints, formerKeys);
    }

    /** Declares a name the setting had before: whoever still uses it is told the new one. */
    public Setting<T> renamedFrom(String formerKey) {
        List<String> more = new ArrayList<>(formerKeys);
        more.add(formerKey);
        return copy(description, defaults, optionalIn, reloadable, constraints, more);
    }

    /** Bounds an ordered value, both ends included. */
    public Setting<T> between(T min, T max) {
        var order = type.order();
        if (order == null) {
            throw new IllegalStateException(key + ": a " + type.name() + " has no order");
        }
        String range = "from " + type.format(min) + " to " + type.format(max);
        Map<String, String> keywords = new LinkedHashMap<>();
        if (min instanceof Number) {
            keywords.put("minimum", type.format(min));
            keywords.put("maximum", type.format(max));
        }
        return with(
                new Constraint<>(
                        "be " + range,
                        "Choose a value " + range + ".",
                        EnumSet.allOf(Tier.class),
                        value -> order.compare(value, min) >= 0 && order.compare(value, max) <= 0,
                        keywords));
    }

    /** Demands that text matches a pattern as a whole. */
    public Setting<T> matching(String regex, String description) {
        Pattern pattern = Pattern.compile(regex);
        return with(
                new Constraint<>(
                        "be " + description,
                        "Write " + description + ".",
                        EnumSet.allOf(Tier.class),
                        value -> pattern.matcher(type.format(value)).matches(),
                        secret ? Map.of() : Map.of("pattern", Json.quote("^(" + regex + ")$"))));
    }

    /**
     * Demands something in every tier.
     *
     * @param description completes "must …", for example {@code be a power of two}
     * @param suggestion what to do otherwise, a sentence
     */
    public Setting<T> must(String description, String suggestion, Predicate<? super T> accepts) {
        return mustIn(EnumSet.allOf(Tier.class), description, suggestion, accepts);
    }

    /** Demands something in some tiers only. */
    public Setting<T> mustIn(
            Set<Tier> tiers, String description, String suggestion, Predicate<? super T> accepts) {
        return with(new Constraint<>(description, suggestion, tiers, accepts, Map.of()));
    }

    private Setting<T> with(Constraint<T> constraint) {
        List<Constraint<T>> more = new ArrayList<>(constraints);
        more.add(constraint);
        return copy(description, defaults, optionalIn, reloadable, more, formerKeys);
    }

    /** Refuses this machine as the host, in staging and production. */
    public Setting<T> notLoopbackWhenDeployed() {
        return mustIn(
                EnumSet.of(Tier.STAGING, Tier.PRODUCTION),
                "not be this machine's own loopback address in staging or production",
                "Give the address of the real host, or set APEX_TIER=local.",
                value -> !Loopback.isIn(value));
    }

    /**
     * Demands {@code https}, {@code rediss} or another scheme with TLS, in staging and production.
     */
    public Setting<T> encryptedWhenDeployed() {
        return mustIn(
                EnumSet.of(Tier.STAGING, Tier.PRODUCTION),
                "use TLS in staging or production",
                "Use the scheme with TLS, for example https:// or rediss://.",
                value -> !(value instanceof URI uri) || Loopback.usesTls(uri));
    }

    private Setting<T> copy(
            String newDescription,
            Map<Tier, T> newDefaults,
            Set<Tier> newOptionalIn,
            boolean newReloadable,
            List<Constraint<T>> newConstraints,
            List<String> newFormerKeys) {
        return new Setting<>(
                key,
                type,
                newDescription,
                newDefaults,
                newOptionalIn,
                newReloadable,
                secret,
                newConstraints,
                newFormerKeys);
    }

    /** Its key, with the service's prefix. */
    public String key() {
        return key;
    }

    /** Its type. */
    public SettingType<T> type() {
        return type;
    }

    /** What it is for. */
    public String description() {
        return description;
    }

    /** Its default in a tier, if it has one there. */
    public Optional<T> defaultIn(Tier tier) {
        return Optional.ofNullable(defaults.get(tier));
    }

    /** Whether it has to be given in a tier. */
    public boolean isRequiredIn(Tier tier) {
        return !defaults.containsKey(tier) && !optionalIn.contains(tier);
    }

    /** Whether a new value can be taken while the service runs. */
    public boolean isReloadable() {
        return reloadable;
    }

    /** Whether it is a credential. */
    public boolean isSecret() {
        return secret;
    }

    /** What values must fulfil. */
    public List<Constraint<T>> constraints() {
        return constraints;
    }

    /** Names it had before. */
    public List<String> formerKeys() {
        return formerKeys;
    }

    @Override
    public String toString() {
        return key;
    }
}
