package ai.netra.apex.launcher.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the running system has its ports, for commands that speak with its parts. */
public final class RunningPorts {

    private RunningPorts() {}

    /** Writes them down as the system starts. */
    public static void write(ApexHome home, PortPlan ports) throws IOException {
        Files.writeString(file(home), ports.toArgument() + "\n");
    }

    /** Those of the last start; empty when there was none. */
    public static Optional<PortPlan> read(ApexHome home) {
        try {
            return Optional.of(PortPlan.ofArgument(Files.readString(file(home)).strip()));
        } catch (IOException | RuntimeException e) {
            // Never started, or by another version: the same as not known.
            return Optional.empty();
        }
    }

    private static Path file(ApexHome home) {
        return home.run().resolve("ports");
    }
}
