package ai.netra.apex.embedded.clickhouse;

import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;

/** Everything the engine's process can be told. */
public final class ClickHouseSettings {

    static final Setting<Integer> PORT =
            Setting.integer("CLICKHOUSE_PORT")
                    .between(1, 65_535)
                    .defaultsTo(18_123)
                    .describedAs("Port of the HTTP interface on loopback.");
    static final Setting<Path> DATA_DIR =
            Setting.path("CLICKHOUSE_DATA_DIR").describedAs("Directory of the data.");
    static final Setting<Path> LIBRARY =
            Setting.path("CLICKHOUSE_LIBRARY").describedAs("The engine's shared library.");
    static final Setting<String> USER =
            Setting.string("CLICKHOUSE_USER")
                    .defaultsTo("default")
                    .describedAs("The one user there is.");
    static final Setting<Secret> PASSWORD =
            Setting.secret("CLICKHOUSE_PASSWORD")
                    .reloadableAtRuntime()
                    .describedAs("The user's password.");
    static final Setting<Secret> PASSWORD_PREVIOUS =
            Setting.secret("CLICKHOUSE_PASSWORD_PREVIOUS")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("The one before, good too while it is rotated.");
    static final Setting<Integer> SESSIONS =
            Setting.integer("CLICKHOUSE_SESSIONS")
                    .between(1, 64)
                    .defaultsTo(4)
                    .describedAs("Statements at a time; more wait.");
    static final Setting<Duration> STATEMENT_TIMEOUT =
            Setting.duration("CLICKHOUSE_STATEMENT_TIMEOUT")
                    .between(Duration.ofSeconds(1), Duration.ofMinutes(10))
                    .defaultsTo(Duration.ofSeconds(30))
                    .describedAs("Longest time of a statement.");

    /** All of them. */
    public static final ServiceSettings SETTINGS =
            ServiceSettings.of("clickhouse", "CLICKHOUSE_")
                    .with(PORT, DATA_DIR, LIBRARY, USER)
                    .with(PASSWORD, PASSWORD_PREVIOUS)
                    .with(SESSIONS, STATEMENT_TIMEOUT);

    private ClickHouseSettings() {}
}
