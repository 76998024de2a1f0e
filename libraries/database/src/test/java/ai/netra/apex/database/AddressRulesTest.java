package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
