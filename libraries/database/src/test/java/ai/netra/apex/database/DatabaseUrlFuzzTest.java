package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Whatever is written as a database's address is understood as it was meant, or refused. */
@Tag("CFG-3")
class DatabaseUrlFuzzTest {
    @FuzzTest
    void addressesAreParsedOrRefused(FuzzedDataProvider data) {
        Tier tier = data.pickValue(Tier.values());
        String text = data.consumeRemainingAsString();
        DatabaseUrl url;
        try {
            url = DatabaseUrlBuilder.forTier(tier).url(text).build();
        } catch (InvalidDatabaseConfigException e) {
            assertThat(e.problems()).isNotEmpty();
            assertThat(e.problems()).allSatisfy(p -> assertThat(p.suggestion()).isNotBlank());
            return;
        }
        assertThat(DatabaseUrlBuilder.forTier(tier).url(url.toString()).build()).isEqualTo(url);
        String written = url.format(DatabaseUrl.Format.LIBPQ);
        DatabaseUrl read = DatabaseUrlBuilder.forTier(tier).url(written).build();
        assertThat(read.format(DatabaseUrl.Format.LIBPQ)).isEqualTo(written);
    }
}
