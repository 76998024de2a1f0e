package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;

@Tag("CFG-3")
class DatabaseUrlBuilderTest {

    private static DatabaseUrlBuilder local() {
        return DatabaseUrlBuilder.forTier(Tier.LOCAL);
    }

    @Test
    void formatsForEachKindOfClientWithSpecialCharactersEncoded() {
        DatabaseUrl url =
                local().hosts("db-a,[fe80::1]:6000")
                        .database("my/db?ü")
                        .user("a@b:c")
                        .parameter("ApplicationName", "x y&z")
                        .build();

        assertThat(url.format(DatabaseUrl.Format.JDBC))
                .isEqualTo(
                        "jdbc:postgresql://db-a:5432,[fe80::1]:6000/my%2Fdb%3F%C3%BC"
                                + "?ApplicationName=x%20y%26z&sslmode=disable");
        assertThat(url.format(DatabaseUrl.Format.LIBPQ))
                .startsWith("postgresql://a%40b%3Ac@db-a:5432,");
        assertThat(url.format(DatabaseUrl.Format.R2DBC))
                .startsWith("r2dbc:postgresql:failover://")
                .contains("sslMode=disable");
    }

    @Test
    void whatItFormatsItAlsoReads() {
        DatabaseUrl url = local().hosts("h1:1,h2:2").database("d%/é").user("ü@ser").build();

        DatabaseUrl again = local().url(url.format(DatabaseUrl.Format.LIBPQ)).build();

        assertThat(again).isEqualTo(url);
    }

    @Test
    void everyReasonIsReportedAtOnce() {
        var error =
                catchThrowableOfType(
                        InvalidDatabaseConfigException.class,
                        () ->
                                DatabaseUrlBuilder.forTier(Tier.PRODUCTION)
                                        .hosts("localhost:99999,,bad host")
                                        .user(" ")
                                        .sslMode("prefer")
                                        .parameter("prepareTreshold", "1")
                                        .parameter("socketTimeout", "1")
                                        .build());

        assertThat(error.problems())
                .extracting(ConfigProblem::field)
                .contains(
                        "port",
                        "host",
                        "database",
                        "user",
                        "sslmode",
                        "prepareTreshold",
                        "socketTimeout");
        assertThat(error.problems())
                .extracting(ConfigProblem::suggestion)
                .contains("did you mean prepareThreshold?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:hunter2@h/db",
                "jdbc:postgresql://u:hunter2@h/db",
                "postgresql://h/db?password=hunter2",
                "postgresql://u:p@hunter2@h/db",
                "mysql://u:hunter2@h/db"
            })
    void aPasswordInsideTheUrlIsRefusedAndNeverRepeated(String url) {
        assertThatThrownBy(() -> local().url(url).build())
                .isInstanceOf(InvalidDatabaseConfigException.class)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://h:0/db",
                "postgresql://h:x/db",
                "postgresql:///db",
                "postgresql://h/",
                "postgresql://h/d%zz",
                "postgresql://h/d%ff",
                "postgresql://h/d%2",
                "postgresql://h/db#x",
                "postgresql://[::1/db",
                "postgresql://a:1:2/db",
                "postgresql://h,h/db",
                "postgresql://h/db?sslmode=none",
                "postgresql://h/db?a=1&a=2",
                "postgresql://h/db?=1",
                "http://h/db",
                ""
            })
    void whatCannotWorkIsRefused(String url) {
        assertThatThrownBy(() -> local().url(url).build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prepareThreshold | many | not a whole number",
                "prepareThreshold | 99999999999 | not a whole number",
                "tcpKeepAlive | yes | neither true nor false",
                "preferQueryMode | Simple | use one of extended",
                "requireAuth | scram-sha-256,sha | use one of password"
            })
    void aValueTheDriverWouldNotUnderstandIsRefused(String name, String value, String reason) {
        assertThatThrownBy(() -> local().hosts("h").database("d").parameter(name, value).build())
                .isInstanceOf(InvalidDatabaseConfigException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(reason);
    }

    @Test
    void aValueTheDriverUnderstandsIsTaken() {
        DatabaseUrl url =
                local().hosts("h")
                        .database("d")
                        .parameter("unknownLength", "2147483647")
                        .parameter("requireAuth", "scram-sha-256,!none")
                        .parameter("reWriteBatchedInserts", "TRUE")
                        .parameter("cleanupSavepoints", "TRUE")
                        .build();

        assertThat(url.parameters())
                .containsOnlyKeys(
                        "unknownLength",
                        "requireAuth",
                        "reWriteBatchedInserts",
                        "cleanupSavepoints");
    }

    @Test
    void theDriverKnowsEveryParameter() {
        assertThat(UrlRules.PARAMETERS)
                .allSatisfy(name -> assertThat(PGProperty.forName(name)).isNotNull());
    }

    @Test
    void anEncodedCharacterAtTheVeryEndIsRead() {
        assertThat(local().url("postgres://h/db%41").build().database()).isEqualTo("dbA");
    }

    @Test
    void eachTierHasItsOwnEncryption() {
        assertThat(local().hosts("h").database("d").build().sslMode()).isEqualTo(SslMode.DISABLE);
        assertThat(
                        DatabaseUrlBuilder.forTier(Tier.STAGING)
                                .hosts("h")
                                .database("d")
                                .build()
                                .sslMode())
                .isEqualTo(SslMode.VERIFY_FULL);
        for (String weak : List.of("disable", "require", "verify-ca")) {
            assertThatThrownBy(
                            () ->
                                    DatabaseUrlBuilder.forTier(Tier.PRODUCTION)
                                            .hosts("h")
                                            .database("d")
                                            .sslMode(weak)
                                            .build())
                    .hasMessageContaining("verify-full");
        }
    }
}
