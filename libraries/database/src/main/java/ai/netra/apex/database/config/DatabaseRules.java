package ai.netra.apex.database.config;

import ai.netra.apex.database.ConfigProblem;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.InvalidDatabaseConfigException;
import ai.netra.apex.settings.HostAndPort;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.Tier;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Brings the checks of {@link DatabaseUrlBuilder} into the validation of a service's settings. */
public final class DatabaseRules {
    private DatabaseRules() {}

    /** Demands that the settings make a database address, before anything connects. */
    public static Rule address(
            Setting<List<HostAndPort>> hosts,
            Setting<Integer> port,
            Setting<String> name,
            Setting<String> user,
            Setting<?> sslMode) {
        return values -> {
            Optional<String> mode = values.find(sslMode).map(DatabaseRules::written);
            try {
                url(
                        values.tier(),
                        values.get(hosts),
                        values.get(port),
                        values.get(name),
                        values.get(user),
                        mode);
                return List.of();
            } catch (InvalidDatabaseConfigException e) {
                return e.problems().stream()
                        .map(
                                problem ->
                                        violation(
                                                problem,
                                                switch (problem.field()) {
                                                    case "port" -> port;
                                                    case "database" -> name;
                                                    case "user" -> user;
                                                    case "sslmode" -> sslMode;
                                                    default -> hosts;
                                                }))
                        .toList();
            }
        };
    }

    static DatabaseUrl url(
            Tier tier,
            List<HostAndPort> hosts,
            int port,
            String name,
            String user,
            Optional<String> sslMode) {
        DatabaseUrlBuilder builder =
                DatabaseUrlBuilder.forTier(tier(tier))
                        .hosts(
                                hosts.stream()
                                        .map(HostAndPort::toString)
                                        .collect(Collectors.joining(",")))
                        .port(port)
                        .database(name)
                        .user(user);
        sslMode.ifPresent(builder::sslMode);
        return builder.build();
    }

    /** The database library's name of a tier. */
    public static ai.netra.apex.database.Tier tier(Tier tier) {
        return ai.netra.apex.database.Tier.valueOf(tier.name());
    }

    private static String written(Object mode) {
        return mode instanceof ai.netra.apex.database.SslMode known
                ? known.parameter()
                : mode.toString();
    }

    private static Rule.Violation violation(ConfigProblem problem, Setting<?> setting) {
        String what = problem.suggestion();
        return new Rule.Violation(
                setting,
                problem.field() + " " + problem.reason(),
                Character.toUpperCase(what.charAt(0)) + what.substring(1) + ".");
    }
}
