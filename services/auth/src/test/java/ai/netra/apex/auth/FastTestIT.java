package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.InvalidConfigurationException;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AUT-3")
final class FastTestIT {

    private static final Map<String, String> FAST =
            Map.of(
                    "APEX_TIER", "test",
                    "AUTH_FAST_TEST", "true",
                    "AUTH_PORT", "0",
                    "AUTH_MANAGEMENT_PORT", "0");

    private static UnifiedConfigManager load(Map<String, String> base, String... more) {
        var settings = new HashMap<>(base);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return UnifiedConfigManager.load(
                AuthEnvironment.SETTINGS, ConfigSources.ofEnvironment(settings));
    }

    @Test
    void theWholeWayOfAPersonWorksInMemory() {
        try (var service = AuthService.start(AuthConfig.of(load(FAST)), Clock.systemUTC())) {
            AuthClient person = new AuthClient("http://127.0.0.1:" + service.port());
            assertThat(person.register("a@example.org", AuthFixture.PASSWORD, "A").status())
                    .isEqualTo(201);
            assertThat(person.register("A@example.org", AuthFixture.PASSWORD, "A").status())
                    .isEqualTo(409);
            assertThat(person.login("a@example.org", "wrong-1-pass").status()).isEqualTo(401);
            assertThat(person.login("a@example.org", AuthFixture.PASSWORD).status()).isEqualTo(200);
            String before = person.cookie;
            assertThat(person.refresh().status()).isEqualTo(200);
            assertThat(person.get("/auth/sessions").json().get("items")).hasSize(1);
            assertThat(person.get("/auth/me/export").at("events.0.kind")).isNotBlank();
            AuthClient tab = new AuthClient("http://127.0.0.1:" + service.port());
            tab.cookie = before;
            assertThat(tab.refresh().status()).isEqualTo(200);
            assertThat(tab.cookie).isEqualTo(person.cookie);
            person.refresh();
            tab.cookie = before;
            assertThat(tab.refresh().status()).as("a replay").isEqualTo(401);
            assertThat(person.refresh().status()).isEqualTo(401);
            for (int i = 0; i < 10; i++) {
                person.login("b@example.org", "wrong-1-pass");
            }
            assertThat(person.login("b@example.org", "wrong-1-pass").status()).isEqualTo(423);
            person.login("a@example.org", AuthFixture.PASSWORD);
            assertThat(person.delete("/auth/me", Map.of("password", AuthFixture.PASSWORD)).status())
                    .isEqualTo(204);
            assertThat(person.get("/health").at("dependencies.0.detail")).contains("fast-test");
        }
    }

    @Test
    void itIsRefusedInEveryOtherTier() {
        for (String tier : new String[] {"local", "staging", "production"}) {
            assertThatThrownBy(() -> load(FAST, "APEX_TIER", tier))
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("AUTH_FAST_TEST");
        }
    }

    @Test
    void itIsRefusedTogetherWithCredentialsOfARealDatabase() {
        assertThatThrownBy(() -> load(FAST, "AUTH_DATABASE_PASSWORD_FROM", "file:/nowhere"))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> load(Map.of("APEX_TIER", "test")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("AUTH_DATABASE_PASSWORD");
    }

    @Test
    void itTouchesNoRealDatabaseEvenWhenOneIsNamed() throws Exception {
        try (AuthFixture real = AuthFixture.start()) {
            real.register();
            String before = real.dump("account");
            var config =
                    load(
                            FAST,
                            "AUTH_DATABASE_HOSTS",
                            real.settings().get("AUTH_DATABASE_HOSTS"),
                            "AUTH_DATABASE_NAME",
                            real.settings().get("AUTH_DATABASE_NAME"));
            try (var service = AuthService.start(AuthConfig.of(config), Clock.systemUTC())) {
                AuthClient person = new AuthClient("http://127.0.0.1:" + service.port());
                assertThat(person.register("c@example.org", AuthFixture.PASSWORD, "C").status())
                        .isEqualTo(201);
            }
            assertThat(real.dump("account")).isEqualTo(before);
        }
    }

    @Test
    void itsTablesAndColumnsAreThoseOfTheRealSchema() throws Exception {
        try (AuthFixture real = AuthFixture.start();
                Connection connection = real.database()) {
            var expected = new TreeSet<String>();
            try (var columns = connection.getMetaData().getColumns(null, "public", null, null)) {
                while (columns.next()) {
                    if (!columns.getString("TABLE_NAME").startsWith("flyway")) {
                        expected.add(
                                columns.getString("TABLE_NAME")
                                        + "."
                                        + columns.getString("COLUMN_NAME")
                                        + " "
                                        + columns.getString("IS_NULLABLE"));
                    }
                }
            }
            assertThat(sqliteColumns()).isEqualTo(expected).hasSizeGreaterThan(40);
        }
    }

    private static Set<String> sqliteColumns() throws IOException {
        String schema;
        try (InputStream in = FastTestIT.class.getResourceAsStream("/db/sqlite/schema.sql")) {
            schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        var found = new TreeSet<String>();
        var tables = Pattern.compile("create table (\\w+) \\(\\n(.*?)\\n\\);", Pattern.DOTALL);
        var column = Pattern.compile("^    (\\w+) +(?:text|integer|blob)(.*)$", Pattern.MULTILINE);
        tables.matcher(schema)
                .results()
                .forEach(
                        table ->
                                column.matcher(table.group(2))
                                        .results()
                                        .forEach(
                                                c ->
                                                        found.add(
                                                                table.group(1)
                                                                        + "."
                                                                        + c.group(1)
                                                                        + (c.group(2)
                                                                                        .matches(
                                                                                                ".*(not null|primary key).*")
                                                                                ? " NO"
                                                                                : " YES"))));
        return found;
    }
}
