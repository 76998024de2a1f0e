package ai.netra.apex.database;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link DatabaseUrl} from parts or from a URL, and refuses what cannot work with every
 * reason at once, before anything connects. No message and no URL ever contains a password.
 *
 * <pre>{@code
 * DatabaseUrl url = DatabaseUrlBuilder.forTier(Tier.PRODUCTION)
 *         .hosts("db-a.internal,db-b.internal:5433").database("apex").user("backend")
 *         .sslMode("verify-full").build();
 * url.format(DatabaseUrl.Format.JDBC);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class DatabaseUrlBuilder {

    private static final int DEFAULT_PORT = 5432;

    private final Tier tier;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private String hosts = "";
    private String port = Integer.toString(DEFAULT_PORT);
    private String database = "";
    private @Nullable String user;
    private @Nullable String sslMode;

    private DatabaseUrlBuilder(Tier tier) {
        this.tier = tier;
    }

    /** A builder that applies the rules of {@code tier}. */
    public static DatabaseUrlBuilder forTier(Tier tier) {
        return new DatabaseUrlBuilder(tier);
    }

    /**
     * Takes the parts from a URL ({@code postgresql:}, {@code postgres:} or {@code
     * jdbc:postgresql:}). What is wrong with it is reported by {@link #build()} with the rest.
     */
    public DatabaseUrlBuilder url(String text) {
        problems.clear();
        UrlParser.parse(text, this::problem).ifPresent(this::take);
        return this;
    }

    private void take(UrlParser.Parts parts) {
        hosts = parts.hosts();
        database = parts.database();
        if (parts.user() != null) {
            user = parts.user();
        }
        parts.parameters()
                .forEach(
                        (name, value) -> {
                            if (name.equals("sslmode")) {
                                sslMode = value;
                            } else {
                                parameters.put(name, value);
                            }
                        });
    }

    /**
     * One or more hosts, separated by commas, each with an optional port; IPv6 addresses in
     * brackets.
     */
    public DatabaseUrlBuilder hosts(String text) {
        this.hosts = text;
        return this;
    }

    /** The port of every host that names none; 5432 unless set. */
    public DatabaseUrlBuilder port(int number) {
        this.port = Integer.toString(number);
        return this;
    }

    /** The database's name, not encoded. */
    public DatabaseUrlBuilder database(String name) {
        this.database = name;
        return this;
    }

    /** The role to sign in as. */
    public DatabaseUrlBuilder user(String name) {
        this.user = name;
        return this;
    }

    /** The mode's name as the driver spells it; the tier's own unless set. */
    public DatabaseUrlBuilder sslMode(String mode) {
        this.sslMode = mode;
        return this;
    }

    /** A further parameter of the driver, not encoded. */
    public DatabaseUrlBuilder parameter(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /**
     * The address.
     *
     * @throws InvalidDatabaseConfigException with every reason why there is none
     */
    public DatabaseUrl build() {
        int ofUrl = problems.size();
        try {
            return check();
        } finally {
            // What is put right before the next try is not reported again.
            problems.subList(ofUrl, problems.size()).clear();
        }
    }

    private DatabaseUrl check() {
        List<Endpoint> endpoints = endpoints();
        checkDatabase();
        checkUser();
        SslMode mode = mode();
        UrlRules.parameters(parameters, this::problem);
        UrlRules.tier(tier, mode, endpoints, parameters, this::problem);
        if (!problems.isEmpty()) {
            throw new InvalidDatabaseConfigException("the database address is invalid", problems);
        }
        return new DatabaseUrl(endpoints, database, user, mode, new TreeMap<>(parameters));
    }

    private List<Endpoint> endpoints() {
        List<Endpoint> found = new ArrayList<>();
        if (hosts.isBlank()) {
            problem("host", "is missing", "name at least one database host");
            return found;
        }
        for (String part : hosts.split(",", -1)) {
            EndpointParser.parse(part.strip(), port, this::problem).ifPresent(found::add);
        }
        if (found.stream().distinct().count() < found.size()) {
            problem("host", "names the same host and port twice", "give each route once");
        }
        return found;
    }

    private void checkDatabase() {
        if (database.isBlank()) {
            problem("database", "is missing", "name the database to use");
        } else {
            UrlRules.identifier("database", database, this::problem);
        }
    }

    private void checkUser() {
        if (user != null) {
            if (user.isBlank()) {
                problem("user", "is empty", "name the role to sign in as");
            } else {
                UrlRules.identifier("user", user, this::problem);
            }
        }
    }

    private SslMode mode() {
        if (sslMode == null) {
            return tier.requiresVerifiedTls() ? SslMode.VERIFY_FULL : SslMode.DISABLE;
        }
        String wanted = sslMode;
        return Arrays.stream(SslMode.values())
                .filter(each -> each.parameter().equals(wanted))
                .findFirst()
                .orElseGet(
                        () -> {
                            boolean known = wanted.equals("allow") || wanted.equals("prefer");
                            problem(
                                    "sslmode",
                                    known
                                            ? "'" + wanted + "' falls back to plaintext silently"
                                            : "is not a mode that exists",
                                    "use verify-full, verify-ca, require or disable");
                            return SslMode.VERIFY_FULL;
                        });
    }

    private void problem(String field, String reason, String suggestion) {
        problems.add(new ConfigProblem(field, reason, suggestion));
    }
}
