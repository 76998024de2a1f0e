package ai.netra.apex.settings.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** What a secret store answers with is read as JSON, or refused without being repeated. */
@Tag("CFG-2")
class JsonParserFuzzTest {
    @FuzzTest
    void documentsAreParsedOrRefused(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            JsonParser.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            if (text.length() > 20) {
                assertThat(e.getMessage()).doesNotContain(text);
            }
        }
    }
}
