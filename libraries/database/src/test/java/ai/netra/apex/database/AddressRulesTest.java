package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("CFG-3")
class AddressRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://app:hun?ter2x@db/shop",
                "postgresql://app:a:b?ter2x@db/shop",
                "postgresql://app:ter2x:b?c@db/shop",
                "postgresql://app:ter2x:db/shop",
                "postgresql://app@db/shop?password%3Dter2x",
            })
    void noPartOfAPasswordIsRepeated(String url) {
        Throwable error =
                catchThrowable(() -> DatabaseUrlBuilder.forTier(Tier.LOCAL).url(url).build());
        assertThat(error).isInstanceOf(InvalidDatabaseConfigException.class);
        assertThat(error.getMessage()).doesNotContain("ter2x");
    }

    @Test
    void aCorrectedBuilderBuilds() {
        DatabaseUrlBuilder builder = DatabaseUrlBuilder.forTier(Tier.LOCAL).database("shop");
        assertThat(catchThrowable(builder::build)).isNotNull();
        assertThat(builder.hosts("db").build().database()).isEqualTo("shop");
    }

    @Test
    void lessThanAMillisecondIsNoLimit() {
        assertThatThrownBy(
                        () ->
                                DatabaseConfig.builder("shop", Tier.LOCAL)
                                        .url(
                                                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                                        .hosts("db")
                                                        .database("shop")
                                                        .build())
                                        .credentials(CredentialsSource.of("a", "b"))
                                        .limits(
                                                TimeLimits.forTier(Tier.LOCAL)
                                                        .withStatement(
                                                                java.time.Duration.ofNanos(10)))
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "prepareThreshold, abc",
        "defaultRowFetchSize, -5",
        "autosave, sometimes",
        "stringtype, blob",
        "preferQueryMode, magic",
        "sslNegotiation, maybe",
        "gssEncMode, perhaps",
        "channelBinding, hope",
        "binaryTransfer, ja",
        "reWriteBatchedInserts, on",
        "receiveBufferSize, big",
        "maxResultBuffer, 10X",
        "preparedStatementCacheQueries, x",
        "databaseMetadataCacheFieldsMiB, x",
        "escapeSyntaxCallMode, x",
        "unknownLength, x",
    })
    void aParametersValueHasItsType(String name, String value) {
        assertThatThrownBy(
                        () ->
                                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                        .hosts("db")
                                        .database("shop")
                                        .parameter(name, value)
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost.",
                "LOCALHOST",
                "foo.localhost",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]",
                "[::]",
                "0",
                "127.1",
                "2130706433",
                "0x7f.1",
                "0177.0.0.1",
                "127.0.0.1.",
                "127.8.8.8",
                "0.0.0.0",
                "[::1%lo]",
                "[::ffff:7f00:1]",
                "localhost.localdomain",
            })
    void thisMachineIsNoDatabaseServerOfProduction(String host) {
        assertThatThrownBy(
                        () ->
                                DatabaseUrlBuilder.forTier(Tier.PRODUCTION)
                                        .hosts(host)
                                        .database("shop")
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[:]",
                "[....]",
                "[1]",
                "[1:2]",
                "[::1::2]",
                "999.1.1.1",
                "[12345::]",
                "1.2.3",
                "1.2.3.4.5",
                "[fe80::1%]",
                "[1.2.3.4]"
            })
    void whatIsNoAddressIsRefused(String host) {
        assertThatThrownBy(
                        () ->
                                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                        .hosts(host)
                                        .database("shop")
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.1.2.3", "[2001:db8::1]", "[fe80::1%eth0]", "db-1", "1a.local", "db.1a"})
    void addressesAndNamesOfOtherMachinesAreTaken(String host) {
        assertThat(
                        DatabaseUrlBuilder.forTier(Tier.PRODUCTION)
                                .hosts(host)
                                .database("shop")
                                .build()
                                .endpoints())
                .hasSize(1);
    }

    @Test
    void otherClientsGetTheirOwnNamesOfParametersAndOnlyThoseTheyKnow() {
        DatabaseUrl url =
                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                        .hosts("db,[fe80::1%eth0]")
                        .database("shop")
                        .parameter("ApplicationName", "shop")
                        .parameter("currentSchema", "app, back\\slash")
                        .parameter("requireAuth", "scram-sha-256")
                        .parameter("tcpKeepAlive", "TRUE")
                        .parameter("prepareThreshold", "5")
                        .parameter("gssEncMode", "allow")
                        .build();
        assertThat(url.format(DatabaseUrl.Format.LIBPQ))
                .isEqualTo(
                        "postgresql://db:5432,[fe80::1%25eth0]:5432/shop?application_name=shop"
                                + "&keepalives=1"
                                + "&options=-c%20search_path%3Dapp%2C%5C%20back%5C%5Cslash"
                                + "&require_auth=scram-sha-256&sslmode=disable");
        assertThat(url.format(DatabaseUrl.Format.R2DBC))
                .isEqualTo(
                        "r2dbc:postgresql:failover://db:5432,[fe80::1%25eth0]:5432/shop"
                                + "?applicationName=shop&currentSchema=app%2C%20back%5Cslash"
                                + "&sslMode=disable&tcpKeepAlive=TRUE");
    }

    @Test
    void libpqsOwnNamesAreReadAndItsAddressReadsBack() {
        DatabaseUrl url =
                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                        .hosts("[fe80::1%eth0]")
                        .database("shop")
                        .user("ada")
                        .parameter("ApplicationName", "shop")
                        .parameter("currentSchema", "app, back\\slash")
                        .parameter("tcpKeepAlive", "true")
                        .parameter("sslNegotiation", "direct")
                        .build();
        for (String text : new String[] {url.format(DatabaseUrl.Format.LIBPQ), url.toString()}) {
            assertThat(DatabaseUrlBuilder.forTier(Tier.LOCAL).url(text).build()).isEqualTo(url);
        }
        assertThat(
                        DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                .url(url.format(DatabaseUrl.Format.JDBC))
                                .user("ada")
                                .build())
                .isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://db/shop?options=-c%20work_mem%3D1",
                "postgresql://db/shop?options=-c%20search_path%3Da%20-c%20work_mem%3D1",
                "postgresql://db/shop?application_name=a&ApplicationName=b",
                "postgresql://db/shop?keepalives=2",
                "jdbc:postgresql://db/shop?application_name=a",
            })
    void whatIsNotOfTheClientsLanguageIsRefused(String url) {
        assertThatThrownBy(() -> DatabaseUrlBuilder.forTier(Tier.LOCAL).url(url).build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }
}
