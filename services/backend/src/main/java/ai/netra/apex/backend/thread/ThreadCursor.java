package ai.netra.apex.backend.thread;

import ai.netra.apex.servicekit.http.ApiException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/** A place in the list of threads; opaque to clients. */
record ThreadCursor(boolean pinned, Instant updatedAt, UUID id) {

    private static final int BYTES = 25;

    String encode() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, updatedAt);
        byte[] bytes =
                ByteBuffer.allocate(BYTES)
                        .put((byte) (pinned ? 1 : 0))
                        .putLong(micros)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static ThreadCursor decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw wrong();
        }
        if (bytes.length != BYTES) {
            throw wrong();
        }
        var buffer = ByteBuffer.wrap(bytes);
        byte pinned = buffer.get();
        long micros = buffer.getLong();
        if (pinned < 0 || pinned > 1 || Math.abs(micros) > 1L << 53) {
            throw wrong();
        }
        return new ThreadCursor(
                pinned == 1,
                Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
                new UUID(buffer.getLong(), buffer.getLong()));
    }

    private static ApiException wrong() {
        return ApiException.invalid(
                "before", "This is no cursor of this list: take nextCursor of the page before.");
    }
}
