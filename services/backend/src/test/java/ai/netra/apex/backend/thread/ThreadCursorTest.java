package ai.netra.apex.backend.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.servicekit.http.ApiException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ThreadCursorTest {

    @Test
    void aCursorComesBackAsItWent() {
        var cursor =
                new ThreadCursor(
                        true, Instant.parse("2026-01-02T03:04:05.678901Z"), UUID.randomUUID());
        assertThat(ThreadCursor.decode(cursor.encode())).isEqualTo(cursor);
    }

    @Test
    void whatIsNoCursorIsRefused() {
        for (String text : new String[] {"", "abc", "%%%", "A".repeat(20), "_".repeat(34)}) {
            assertThatThrownBy(() -> ThreadCursor.decode(text)).isInstanceOf(ApiException.class);
        }
    }
}
