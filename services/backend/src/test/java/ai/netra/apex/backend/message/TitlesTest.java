package ai.netra.apex.backend.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TitlesTest {

    @Test
    void aTitleIsTheFirstLineWithWords() {
        assertThat(Titles.from("\n\n## Why  is it slow?\nIt is.")).isEqualTo("Why is it slow?");
        assertThat(Titles.from("```\ncode\n```")).isEqualTo("code");
        assertThat(Titles.from("***")).isEqualTo("***");
    }

    @Test
    void aLongOneIsCutBetweenWordsAndNeverWithinACharacter() {
        String title = Titles.from("word ".repeat(40));
        assertThat(title).hasSizeLessThanOrEqualTo(61).endsWith("word…");
        String faces = Titles.from("x" + "\uD83D\uDE00".repeat(60));
        assertThat(faces.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
        assertThat(faces).endsWith("…");
    }
}
