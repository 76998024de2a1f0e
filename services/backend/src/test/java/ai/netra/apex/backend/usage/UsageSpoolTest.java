package ai.netra.apex.backend.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("GLD-6")
class UsageSpoolTest {

    @TempDir private Path parent;

    @Test
    void givesSealedLinesBackInOrderAndForgetsThemWhenRemoved() throws Exception {
        try (var spool = UsageSpool.open(parent, 1_000, 1_000)) {
            spool.append(line("one"));
            spool.append(line("two"));
            assertThat(spool.sealed()).isEmpty();
            spool.seal();
            spool.append(line("three"));
            spool.seal();

            List<UsageSpool.Segment> sealed = spool.sealed();
            assertThat(sealed).extracting(UsageSpool.Segment::lines).containsExactly(2L, 1L);
            assertThat(sealed.getFirst().token()).isNotEqualTo(sealed.getLast().token());
            assertThat(Files.readString(sealed.getFirst().path())).isEqualTo("one\ntwo\n");
            for (UsageSpool.Segment segment : sealed) {
                spool.remove(segment);
            }
            assertThat(spool.lines()).isZero();
            assertThat(spool.bytes()).isZero();
        }
    }

    @Test
    void takesNoMoreThanItsBound() throws Exception {
        try (var spool = UsageSpool.open(parent, 10, 1_000)) {
            assertThat(spool.append(line("12345678"))).isTrue();
            assertThat(spool.append(line("9"))).isFalse();
            assertThat(spool.lines()).isEqualTo(1);
        }
    }

    @Test
    void beginsAnotherSegmentWhenOneIsLongEnough() throws Exception {
        try (var spool = UsageSpool.open(parent, 1_000, 8)) {
            for (int i = 0; i < 6; i++) {
                spool.append(line("abc"));
            }
            assertThat(spool.sealed()).hasSize(3);
        }
    }

    @Test
    void findsWhatAKilledProcessLeftWithoutHalfALine() throws Exception {
        Path directory = Files.createDirectories(parent.resolve("spool-1"));
        Files.writeString(directory.resolve("000000000000001-000000-x.open"), "one\ntwo\nhal");

        try (var spool = UsageSpool.open(parent, 1_000, 1_000)) {
            assertThat(spool.lines()).isEqualTo(2);
            assertThat(Files.readString(spool.sealed().getFirst().path())).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void twoProcessesNeverShareADirectory() throws Exception {
        try (var first = UsageSpool.open(parent, 1_000, 1_000);
                var second = UsageSpool.open(parent, 1_000, 1_000)) {
            first.append(line("one"));
            second.append(line("two"));
            first.seal();
            second.seal();
            assertThat(first.sealed()).hasSize(1);
            assertThat(second.sealed()).hasSize(1);
            assertThat(first.sealed().getFirst().path().getParent())
                    .isNotEqualTo(second.sealed().getFirst().path().getParent());
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
