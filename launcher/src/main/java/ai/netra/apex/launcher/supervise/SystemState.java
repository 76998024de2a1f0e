package ai.netra.apex.launcher.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known of the whole system, kept in {@code run/state.json} so that other commands, and the
 * next run after a crash, can read it.
 *
 * @param phase {@code starting}, {@code ready}, {@code failed}, {@code stopping} or {@code stopped}
 * @param launcherPid the process that supervises
 * @param launcherStartedAtMillis when that process began
 * @param address where a browser finds it
 * @param message why it failed; null otherwise
 * @param parts each part, in the order of their start
 */
public record SystemState(
        String phase,
        long launcherPid,
        long launcherStartedAtMillis,
        String address,
        @Nullable String message,
        List<PartState> parts) {

    private static final JsonMapper JSON = new JsonMapper();

    public SystemState {
        parts = List.copyOf(parts);
    }

    /** The state in {@code file}; empty when there is none, or it is of another version. */
    public static Optional<SystemState> read(Path file) {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), SystemState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** Replaces {@code file} in one step, so that readers see a whole state. */
    void write(Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.writeString(partial, toJson() + "\n");
        Files.move(
                partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** This state as one JSON object. */
    public String toJson() {
        return JSON.writeValueAsString(this);
    }
}
