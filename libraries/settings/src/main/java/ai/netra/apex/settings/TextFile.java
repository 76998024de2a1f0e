package ai.netra.apex.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file whose text is part of the configuration, such as a certificate: read when the
 * configuration is, watched with it, and another value as soon as its text is another.
 *
 * @param path where it is, absolute
 * @param text what is in it
 */
public record TextFile(Path path, String text) {
    private static final int MAX_BYTES = 1 << 20;

    /** Reads it; the messages complete "X is …". */
    static TextFile read(String path) {
        Path file = SettingTypes.PATH.parse(path);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    Files.exists(file) ? "no regular file" : "a file that does not exist");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new IllegalArgumentException("a file that cannot be read", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a file of more than 1 MiB");
        }
        return new TextFile(file, new String(bytes, StandardCharsets.UTF_8));
    }

    /** Its path alone. */
    @Override
    public String toString() {
        return path.toString();
    }
}
