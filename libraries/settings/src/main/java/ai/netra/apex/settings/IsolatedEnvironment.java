package ai.netra.apex.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An immutable view of exactly those environment variables that one service declared. Nothing else
 * can be read through it, it shares no state with another, and later changes of what it was made
 * from do not reach it: two services in one JVM cannot touch each other's configuration.
 */
public final class IsolatedEnvironment {
    /** Ends the key that says where a secret is kept, instead of holding it. */
    static final String REFERENCE = "_FROM";

    private final String service;
    private final Set<String> declared;
    private final Map<String, String> values;
    private final Set<String> unknown;

    private IsolatedEnvironment(
            String service, Set<String> declared, Map<String, String> values, Set<String> unknown) {
        this.service = service;
        this.declared = declared;
        this.values = Collections.unmodifiableMap(values);
        this.unknown = Collections.unmodifiableSet(unknown);
    }

    /** Takes from an environment what a service declared. */
    public static IsolatedEnvironment capture(
            ServiceSettings settings, Map<String, String> environment) {
        Set<String> declared = settings.everyKnownKey();
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : declared) {
            String value = environment.get(key);
            if (value != null) {
                values.put(key, value);
            }
        }
        Set<String> unknown = new TreeSet<>();
        for (String key : environment.keySet()) {
            if (!declared.contains(key)
                    && (key.startsWith(settings.prefix()) || isMisspelt(key, declared))) {
                unknown.add(key);
            }
        }
        return new IsolatedEnvironment(settings.service(), Set.copyOf(declared), values, unknown);
    }

    /** Whether a key is so close to a declared one that its prefix must be a slip. */
    private static boolean isMisspelt(String key, Set<String> declared) {
        return (key.length() >= 9 && DidYouMean.closest(key, declared, 1).isPresent())
                || (key.length() >= 12 && DidYouMean.closest(key, declared, 2).isPresent());
    }

    /**
     * The value of a declared key, if the environment had it.
     *
     * @throws IllegalArgumentException if the service did not declare the key
     */
    public Optional<String> get(String key) {
        if (!declared.contains(key)) {
            throw new IllegalArgumentException(key + " is not declared by service " + service);
        }
        return Optional.ofNullable(values.get(key));
    }

    /** The declared keys that the environment had. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Keys that look like the service's but are not declared. */
    public Set<String> unknownKeys() {
        return unknown;
    }

    /** The keys alone: values may be credentials. */
    @Override
    public String toString() {
        return service + " " + values.keySet();
    }
}
