package ai.netra.apex.database;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A valid database address: made by {@link DatabaseUrlBuilder} only. It has no place for a
 * password.
 *
 * @param endpoints one or more network paths, in order of preference
 * @param database the database's name, not encoded
 * @param user the role; null when credentials come from elsewhere
 * @param sslMode how connections are encrypted
 * @param parameters further parameters of the driver, not encoded
 */
public record DatabaseUrl(
        List<Endpoint> endpoints,
        String database,
        @Nullable String user,
        SslMode sslMode,
        SortedMap<String, String> parameters) {

    /**
     * The spelling a kind of client understands, with the names it has for parameters; those it
     * does not have are left out.
     */
    public enum Format {
        /** {@code jdbc:postgresql://…}; the user is passed apart. */
        JDBC,
        /** {@code postgresql://user@…}, for libpq and what is built on it. */
        LIBPQ,
        /**
         * {@code r2dbc:postgresql://user@…}; of several hosts {@code r2dbc:postgresql:failover:}.
         */
        R2DBC
    }

    public DatabaseUrl {
        endpoints = List.copyOf(endpoints);
        parameters = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** This address in the spelling of one kind of client; never contains a password. */
    public String format(Format format) {
        return format(format, endpoints);
    }

    /** The address of one of the endpoints alone, for the JDBC driver. */
    public String jdbcUrlOf(Endpoint endpoint) {
        return format(Format.JDBC, List.of(endpoint));
    }

    private String format(Format format, List<Endpoint> over) {
        SortedMap<String, String> all = withSslMode();
        return switch (format) {
            case JDBC -> "jdbc:postgresql://" + hosts(over) + rest(all);
            case LIBPQ ->
                    "postgresql://" + role() + encodedHosts(over) + rest(ParameterNames.libpq(all));
            case R2DBC ->
                    (over.size() == 1 ? "r2dbc:postgresql://" : "r2dbc:postgresql:failover://")
                            + role()
                            + encodedHosts(over)
                            + rest(ParameterNames.r2dbc(all));
        };
    }

    /**
     * The form for people and logs: that of libpq, but with every parameter, by the driver's name.
     */
    @Override
    public String toString() {
        return "postgresql://" + role() + encodedHosts(endpoints) + rest(withSslMode());
    }

    private SortedMap<String, String> withSslMode() {
        SortedMap<String, String> all = new TreeMap<>(parameters);
        all.put("sslmode", sslMode.parameter());
        return all;
    }

    private String role() {
        return user == null ? "" : encode(user) + "@";
    }

    private static String hosts(List<Endpoint> over) {
        return over.stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }

    /**
     * With the sign before the zone of an IPv6 address encoded; the JDBC driver decodes no host.
     */
    private static String encodedHosts(List<Endpoint> over) {
        return hosts(over).replace("%", "%25");
    }

    private String rest(SortedMap<String, String> all) {
        return all.entrySet().stream()
                .map(DatabaseUrl::encode)
                .collect(Collectors.joining("&", "/" + encode(database) + "?", ""));
    }

    private static String encode(Map.Entry<String, String> parameter) {
        return encode(parameter.getKey()) + "=" + encode(parameter.getValue());
    }

    /** Percent-encodes everything but the unreserved characters of RFC 3986, section 2.3. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xFF);
            if (c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
