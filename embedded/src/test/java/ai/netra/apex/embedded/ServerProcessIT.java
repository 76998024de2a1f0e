package ai.netra.apex.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessIT {

    @Test
    @Tag("CFG-7")
    void aServerStartedBelowNohupStillTakesHangUps(@TempDir Path directory) throws Exception {
        Process starter =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                "trap '' HUP; exec \"$@\"",
                                "sh",
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Starter.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("starter.log").toFile())
                        .start();

        assertThat(starter.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(starter.exitValue()).as(() -> read(directory.resolve("starter.log"))).isZero();
        assertThat(read(directory.resolve("server.log"))).isEqualTo("up\n");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return String.valueOf(e);
        }
    }

    /** Starts a server that hangs up on itself, and waits for its end. */
    static final class Starter {

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            ServerProcess server =
                    ServerProcess.start(
                            "hung-up",
                            List.of("/bin/sh", "-c", "echo up; kill -s HUP $$; echo still up"),
                            Map.of(),
                            directory,
                            directory.resolve("server.log"));
            server.awaitReady(Duration.ofSeconds(30), () -> !server.isAlive());
        }
    }
}
