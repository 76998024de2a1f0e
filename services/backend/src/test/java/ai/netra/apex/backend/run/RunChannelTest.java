package ai.netra.apex.backend.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("GLD-4")
class RunChannelTest {

    private final RunChannel channel = new RunChannel(UUID.randomUUID(), UUID.randomUUID());

    @Test
    void keepsEventsInOrderWhateverComesTwiceOrTooEarly() {
        channel.append(texts(1, 3));
        channel.append(texts(2, 4));
        channel.append(texts(6, 7));
        assertThat(sequences(channel.after(0, 100))).containsExactly(1L, 2L, 3L, 4L);
        channel.append(texts(5, 5));
        assertThat(channel.last()).isEqualTo(5);
    }

    @Test
    void nothingFollowsTheLastEvent() {
        channel.append(List.of(event(1, RunEvent.RUN_STOPPED)));
        channel.append(texts(2, 2));
        assertThat(channel.last()).isEqualTo(1);
        assertThat(channel.ended()).isTrue();
    }

    @Test
    void aReaderTakesWhatFollowsItsPositionInPieces() {
        channel.append(texts(1, 5));
        RunChannel.Read first = channel.read(new RunChannel.Position(0, 2), 2);
        assertThat(sequences(first.events())).containsExactly(3L, 4L);
        RunChannel.Read second = channel.read(first.position(), 2);
        assertThat(sequences(second.events())).containsExactly(5L);
        assertThat(second.end()).isFalse();
        assertThat(channel.read(second.position(), 2).events()).isEmpty();
    }

    @Test
    void aReaderOfALostNumberingStartsOverOnce() {
        channel.append(texts(1, 5));
        RunChannel.Position before = channel.read(new RunChannel.Position(0, 0), 10).position();
        channel.replace(List.of(event(1, RunEvent.TEXT_DELTA), event(2, RunEvent.RUN_FAILED)), 9);

        RunChannel.Read read = channel.read(before, 10);
        assertThat(read.reset()).isTrue();
        assertThat(sequences(read.events())).containsExactly(1L, 2L);
        assertThat(read.end()).isTrue();
        assertThat(channel.read(read.position(), 10).reset()).isFalse();
    }

    @Test
    void aReaderThatHasTheEndOfTheLostNumberingHasSeenAll() {
        channel.replace(List.of(event(1, RunEvent.AGENT_COMPLETED)), 9);
        RunChannel.Read read = channel.read(new RunChannel.Position(0, 9), 10);
        assertThat(read.events()).isEmpty();
        assertThat(read.end()).isTrue();
    }

    @Test
    void aReaderBeyondTheEndStartsOver() {
        channel.append(List.of(event(1, RunEvent.RUN_FAILED)));
        RunChannel.Read read = channel.read(new RunChannel.Position(0, 50), 10);
        assertThat(read.reset()).isTrue();
        assertThat(sequences(read.events())).containsExactly(1L);
    }

    @Test
    void listenersAreToldOnlyOfWhatIsNew() {
        var told = new ArrayList<Long>();
        channel.listen(() -> told.add(channel.last()));
        channel.append(texts(1, 2));
        channel.append(texts(1, 2));
        assertThat(told).containsExactly(2L);
    }

    private static List<RunEvent> texts(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(i -> event(i, RunEvent.TEXT_DELTA))
                .toList();
    }

    private static RunEvent event(long sequence, String type) {
        return new RunEvent(sequence, type, "{}");
    }

    private static List<Long> sequences(List<RunEvent> events) {
        return events.stream().map(RunEvent::sequence).toList();
    }
}
