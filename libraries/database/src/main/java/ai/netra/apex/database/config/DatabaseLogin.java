package ai.netra.apex.database.config;

import ai.netra.apex.database.Credentials;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.Tier;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Who signs in to a service's database. Either a role and its password, or both in the one secret
 * {@code role:password}: two roles that take turns are then changed in one step, and whoever reads
 * the secret at whatever moment can sign in with it.
 *
 * @param user the role, and with {@code login} the one whose rights the roles that take turns have
 * @param password its password
 * @param login {@code role:password}, in the place of both
 */
public record DatabaseLogin(Setting<String> user, Setting<Secret> password, Setting<Secret> login) {

    private static final Pattern ROLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_$-]{0,62}");
    private static final String SECONDS = "5";

    /** The class of SQLSTATEs that refuse a role or its password. */
    private static final String INVALID_AUTHORIZATION = "28";

    /** The declaration of {@code login} under a key, for example {@code AUTH_DATABASE_LOGIN}. */
    public static Setting<Secret> setting(String key) {
        return Setting.secret(key)
                .optional()
                .reloadableAtRuntime()
                .must(
                        "be role:password",
                        "Write the role, a colon and its password.",
                        value -> parse(value).isPresent())
                .mustIn(
                        EnumSet.of(Tier.TEST, Tier.STAGING, Tier.PRODUCTION),
                        "have a password that is neither short nor well known",
                        "Generate one, for example with: openssl rand -base64 32.",
                        value ->
                                parse(value)
                                        .map(c -> Secret.of(String.valueOf(c.password())))
                                        .map(p -> p.weakness().isEmpty())
                                        .orElse(true))
                .describedAs(
                        "role:password in one, for roles that take turns; then no"
                                + " DATABASE_PASSWORD.");
    }

    /** Demands one of the two ways to sign in, not both. */
    public Rule given() {
        return values ->
                values.find(login).isPresent() || values.find(password).isPresent()
                        ? List.of()
                        : List.of(
                                new Rule.Violation(
                                        password,
                                        "is not set, and " + login.key() + " is not either",
                                        "Put one of the two into the directory of secrets."));
    }

    /** Refuses both ways at once. */
    public Rule notBoth() {
        return Rule.exclusive(login, password);
    }

    /** Whether there is anything to sign in with. */
    public boolean isIn(AppConfig config) {
        return config.find(login).isPresent() || config.find(password).isPresent();
    }

    /** Role and password as a configuration has them. */
    public Credentials of(AppConfig config) {
        return config.find(login)
                .flatMap(DatabaseLogin::parse)
                .orElseGet(
                        () ->
                                new Credentials(
                                        config.get(user),
                                        config.get(password).reveal().toCharArray()));
    }

    /**
     * Tries to sign in as a new configuration says: a trial for {@code
     * UnifiedConfigManager.addTrial}. A server that refuses the credentials is a problem; one that
     * cannot be reached says nothing about them.
     *
     * @param jdbcUrl the database, without credentials
     */
    public List<ConfigProblem> trial(AppConfig next, String jdbcUrl) {
        if (!isIn(next)) {
            return List.of();
        }
        Credentials credentials = of(next);
        Properties properties = new Properties();
        properties.setProperty("user", credentials.user());
        properties.setProperty("password", String.valueOf(credentials.password()));
        properties.setProperty("connectTimeout", SECONDS);
        properties.setProperty("loginTimeout", SECONDS);
        properties.setProperty("socketTimeout", SECONDS);
        try {
            DriverManager.getConnection(jdbcUrl, properties).close();
            return List.of();
        } catch (SQLException e) {
            String state = e.getSQLState();
            return state == null || !state.startsWith(INVALID_AUTHORIZATION)
                    ? List.of()
                    : List.of(refused(next, credentials.user()));
        }
    }

    private ConfigProblem refused(AppConfig next, String role) {
        Setting<Secret> used = next.find(login).isPresent() ? login : password;
        return new ConfigProblem(
                next.service(),
                used.key(),
                next.origin(used).toString(),
                "is refused by the database for role " + role,
                "Give the role this password in the database first.");
    }

    private static Optional<Credentials> parse(Secret secret) {
        String text = secret.reveal();
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            return Optional.empty();
        }
        String role = text.substring(0, colon);
        return ROLE.matcher(role).matches()
                ? Optional.of(new Credentials(role, text.substring(colon + 1).toCharArray()))
                : Optional.empty();
    }
}
