package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an address lets through. */
@Tag("CFG-3")
class OpenAddressTest {

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
    @ValueSource(strings = {"[:]", "[....]", "[1]", "[1:2]", "[::1::2]", "999.1.1.1", "[12345::]"})
    void whatIsNoAddressIsRefused(String host) {
        assertThatThrownBy(
                        () ->
                                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                        .hosts(host)
                                        .database("shop")
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }

    @Test
    void otherClientsGetTheirOwnNamesOfParameters() {
        DatabaseUrl url =
                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                        .hosts("db")
                        .database("shop")
                        .parameter("ApplicationName", "shop")
                        .parameter("prepareThreshold", "5")
                        .build();
        assertThat(url.format(DatabaseUrl.Format.LIBPQ))
                .doesNotContain("ApplicationName")
                .doesNotContain("prepareThreshold");
    }
}
