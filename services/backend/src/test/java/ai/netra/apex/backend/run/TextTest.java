package ai.netra.apex.backend.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void whatCannotBeStoredIsReplacedAndTheRestIsKept() {
        assertThat(Text.clean("plain \uD83D\uDE00 text")).isEqualTo("plain \uD83D\uDE00 text");
        assertThat(Text.clean("nul\0!")).isEqualTo("nul\uFFFD!");
        assertThat(Text.clean("\uD83D half, \uDE00 other half"))
                .isEqualTo("\uFFFD half, \uFFFD other half");
        assertThat(Text.clean("at the end \uD83D")).isEqualTo("at the end \uFFFD");
    }
}
