package ai.netra.apex.database;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What other clients call the parameters of the JDBC driver. What a client does not know is left
 * out: libpq refuses an address with an unknown parameter.
 */
final class ParameterNames {

    private static final Map<String, String> LIBPQ =
            Map.of(
                    "ApplicationName", "application_name",
                    "channelBinding", "channel_binding",
                    "gssEncMode", "gssencmode",
                    "requireAuth", "require_auth",
                    "sslcert", "sslcert",
                    "sslkey", "sslkey",
                    "sslmode", "sslmode",
                    "sslNegotiation", "sslnegotiation",
                    "sslrootcert", "sslrootcert");

    private static final Map<String, String> R2DBC =
            Map.of(
                    "ApplicationName", "applicationName",
                    "currentSchema", "currentSchema",
                    "defaultRowFetchSize", "fetchSize",
                    "preparedStatementCacheQueries", "preparedStatementCacheQueries",
                    "sslcert", "sslCert",
                    "sslkey", "sslKey",
                    "sslmode", "sslMode",
                    "sslrootcert", "sslRootCert",
                    "tcpKeepAlive", "tcpKeepAlive",
                    "tcpNoDelay", "tcpNoDelay");

    private static final String KEEP_ALIVE = "tcpKeepAlive";
    private static final String KEEP_ALIVE_OF_LIBPQ = "keepalives";
    private static final String SCHEMA = "currentSchema";
    private static final String OPTIONS = "options";
    private static final String SEARCH_PATH = "-c search_path=";
    private static final Pattern ONLY_SEARCH_PATH =
            Pattern.compile("-c ?search_path=((?:[^\\s\\\\]|\\\\.)*)");

    /** A parameter as a URL has it. */
    record Parameter(String name, String value) {}

    private ParameterNames() {}

    static SortedMap<String, String> libpq(Map<String, String> parameters) {
        SortedMap<String, String> known = renamed(parameters, LIBPQ);
        if ("allow".equals(known.get("gssencmode"))) {
            // Only the JDBC driver has this one, and it is its standard.
            known.remove("gssencmode");
        }
        String keepAlive = parameters.get(KEEP_ALIVE);
        if (keepAlive != null) {
            known.put(KEEP_ALIVE_OF_LIBPQ, Boolean.parseBoolean(keepAlive) ? "1" : "0");
        }
        String schema = parameters.get(SCHEMA);
        if (schema != null) {
            // Blanks separate options.
            known.put(OPTIONS, SEARCH_PATH + schema.replaceAll("[\\s\\\\]", "\\\\$0"));
        }
        return known;
    }

    static SortedMap<String, String> r2dbc(Map<String, String> parameters) {
        return renamed(parameters, R2DBC);
    }

    /** The same by the driver's name, if it is one of libpq's that the driver has. */
    static Parameter fromLibpq(String name, String value) {
        if (name.equals(KEEP_ALIVE_OF_LIBPQ) && (value.equals("0") || value.equals("1"))) {
            return new Parameter(KEEP_ALIVE, Boolean.toString(value.equals("1")));
        }
        if (name.equals(OPTIONS)) {
            Matcher path = ONLY_SEARCH_PATH.matcher(value);
            if (path.matches()) {
                return new Parameter(SCHEMA, path.group(1).replaceAll("\\\\(.)", "$1"));
            }
        }
        for (Map.Entry<String, String> each : LIBPQ.entrySet()) {
            if (each.getValue().equals(name.toLowerCase(Locale.ROOT))) {
                return new Parameter(each.getKey(), value);
            }
        }
        return new Parameter(name, value);
    }

    private static SortedMap<String, String> renamed(
            Map<String, String> parameters, Map<String, String> names) {
        SortedMap<String, String> renamed = new TreeMap<>();
        parameters.forEach(
                (name, value) -> {
                    String other = names.get(name);
                    if (other != null) {
                        renamed.put(other, value);
                    }
                });
        return renamed;
    }
}
