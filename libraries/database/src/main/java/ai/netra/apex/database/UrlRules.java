package ai.netra.apex.database;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;
import org.postgresql.util.PGPropertyMaxResultBufferParser;
import org.postgresql.util.PSQLException;

/** What must hold for the parts of a database address. */
final class UrlRules {

    /** PostgreSQL cuts longer names silently (NAMEDATALEN − 1). */
    private static final int IDENTIFIER_BYTES = 63;

    /**
     * Parameters of the driver that make sense below this library. Time limits, read-only and the
     * choice among hosts are missing: the manager sets them itself.
     */
    static final Set<String> PARAMETERS =
            Set.of(
                    "ApplicationName",
                    "adaptiveFetch",
                    "adaptiveFetchMaximum",
                    "adaptiveFetchMinimum",
                    "assumeMinServerVersion",
                    "autosave",
                    "binaryTransfer",
                    "binaryTransferDisable",
                    "binaryTransferEnable",
                    "channelBinding",
                    "cleanupSavepoints",
                    "convertBooleanToNumeric",
                    "currentSchema",
                    "databaseMetadataCacheFields",
                    "databaseMetadataCacheFieldsMiB",
                    "defaultRowFetchSize",
                    "disableColumnSanitiser",
                    "escapeSyntaxCallMode",
                    "flushCacheOnDdl",
                    "gssEncMode",
                    "hideUnprivilegedObjects",
                    "logServerErrorDetail",
                    "maxResultBuffer",
                    "maxSendBufferSize",
                    "preferQueryMode",
                    "preparedStatementCacheQueries",
                    "preparedStatementCacheSizeMiB",
                    "prepareThreshold",
                    "quoteReturningIdentifiers",
                    "reWriteBatchedInserts",
                    "reWriteBatchedInsertsSize",
                    "receiveBufferSize",
                    "requireAuth",
                    "scramMaxIterations",
                    "sendBufferSize",
                    "socketFactory",
                    "socketFactoryArg",
                    "sslcert",
                    "sslfactory",
                    "sslhostnameverifier",
                    "sslkey",
                    "sslNegotiation",
                    "sslrootcert",
                    "stringtype",
                    "tcpKeepAlive",
                    "tcpNoDelay",
                    "unknownLength",
                    "xmlFactoryFactory");

    private static final Set<String> OWNED =
            Set.of(
                    "connectTimeout",
                    "loadBalanceHosts",
                    "loginTimeout",
                    "options",
                    "readOnly",
                    "socketTimeout",
                    "targetServerType");

    /** What systems call themselves in {@code /etc/hosts}; all below {@code localhost} are too. */
    private static final Set<String> OWN_NAMES =
            Set.of(
                    "localhost",
                    "localhost.localdomain",
                    "localhost4",
                    "localhost4.localdomain4",
                    "localhost6",
                    "localhost6.localdomain6",
                    "ip6-localhost",
                    "ip6-loopback");

    private static final Pattern BOOLEAN = Pattern.compile("(?i)true|false");

    /** The one parameter whose value may be several, with commas between. */
    private static final String LIST = "requireAuth";

    private static final String ROWS = "defaultRowFetchSize";
    private static final String BUFFER = "maxResultBuffer";

    private UrlRules() {}

    static void identifier(String field, String name, ProblemSink problems) {
        if (name.getBytes(StandardCharsets.UTF_8).length > IDENTIFIER_BYTES) {
            problems.report(
                    field, "is longer than 63 bytes", "PostgreSQL would cut it: use a shorter one");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            problems.report(field, "contains a control character", "remove it");
        }
    }

    static void parameters(Map<String, String> parameters, ProblemSink problems) {
        parameters.forEach(
                (name, value) -> {
                    if (OWNED.contains(name)) {
                        problems.report(
                                name,
                                "is set by the database manager itself",
                                "set the manager's own setting instead");
                    } else if (!PARAMETERS.contains(name)) {
                        problems.report(name, "is not a known parameter", suggestion(name));
                    } else if (value.indexOf('\0') >= 0) {
                        problems.report(name, "contains a NUL character", "remove it");
                    } else {
                        value(name, value, problems);
                    }
                });
    }

    /**
     * The driver takes what is not "true" for false, and finds other wrong values only when it
     * connects. Of what kind a value is, its choices or its default tell.
     */
    private static void value(String name, String value, ProblemSink problems) {
        PGProperty property = PGProperty.forName(name);
        if (property == null) {
            return;
        }
        String[] choices = property.getChoices();
        String standard = String.valueOf(property.getDefaultValue());
        if (BOOLEAN.matcher(standard).matches()) {
            if (!BOOLEAN.matcher(value).matches()) {
                problems.report(
                        name, "'" + value + "' is neither true nor false", "use true or false");
            }
        } else if (choices != null && choices.length > 0) {
            List<String> known = List.of(choices);
            for (String each : name.equals(LIST) ? value.split(",", -1) : new String[] {value}) {
                if (!known.contains(each.trim())) {
                    problems.report(
                            name,
                            "'" + each + "' is unknown",
                            "use one of " + String.join(", ", known));
                }
            }
        } else if (isInteger(standard) && !isInteger(value)) {
            problems.report(
                    name,
                    "'" + value + "' is not a whole number",
                    "use one; the driver's standard is " + standard);
        } else if (name.equals(ROWS) && Integer.parseInt(value) < 0) {
            problems.report(name, "'" + value + "' is negative", "use 0 for all rows at once");
        } else if (name.equals(BUFFER)) {
            buffer(name, value, problems);
        }
    }

    private static void buffer(String name, String value, ProblemSink problems) {
        try {
            PGPropertyMaxResultBufferParser.parseProperty(value);
        } catch (PSQLException | NumberFormatException _) {
            problems.report(
                    name,
                    "'" + value + "' is no size",
                    "use bytes, such as 10M, or a part of the heap, such as 5p");
        }
    }

    private static boolean isInteger(String value) {
        try {
            Integer.parseInt(value);
            return true;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    static void tier(
            Tier tier,
            SslMode mode,
            List<Endpoint> endpoints,
            Map<String, String> parameters,
            ProblemSink problems) {
        if (!tier.requiresVerifiedTls()) {
            return;
        }
        if (mode != SslMode.VERIFY_FULL) {
            problems.report(
                    "sslmode",
                    "'" + mode.parameter() + "' does not prove who answers",
                    "use verify-full in " + tier.name().toLowerCase(Locale.ROOT));
        }
        if (parameters.getOrDefault("sslfactory", "").contains("NonValidating")) {
            problems.report("sslfactory", "does not validate certificates", "remove it");
        }
        endpoints.stream()
                .filter(UrlRules::isLoopback)
                .forEach(
                        each ->
                                problems.report(
                                        "host",
                                        "'" + each.host() + "' is this machine itself",
                                        "name the database server"));
    }

    /** Whether it is this machine itself, in whatever spelling; names are not looked up. */
    private static boolean isLoopback(Endpoint endpoint) {
        InetAddress address = EndpointParser.literal(endpoint.host());
        if (address != null) {
            return address.isLoopbackAddress() || address.isAnyLocalAddress();
        }
        String name = endpoint.host().toLowerCase(Locale.ROOT);
        String last = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return OWN_NAMES.contains(last) || last.endsWith(".localhost");
    }

    private static String suggestion(String name) {
        return PARAMETERS.stream()
                .filter(
                        known ->
                                distance(
                                                known.toLowerCase(Locale.ROOT),
                                                name.toLowerCase(Locale.ROOT))
                                        <= 2)
                .sorted()
                .findFirst()
                .map(known -> "did you mean " + known + "?")
                .orElse("remove it");
    }

    /** Levenshtein's distance, by one row. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + cost);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
