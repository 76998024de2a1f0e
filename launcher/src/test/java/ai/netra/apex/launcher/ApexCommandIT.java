package ai.netra.apex.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command as a person runs it, where it must refuse: one clear sentence, an exit code, no stack
 * trace.
 */
@Tag("NET-1")
class ApexCommandIT {

    @TempDir Path directory;

    @Test
    void namesTheTakenPortAndItsHolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            ApexCommand.Outcome outcome =
                    apex(Map.of(), "up", "--skip-build", "--any-ports=false", "--port", "" + port);
            assertThat(outcome.code()).isNotZero();
            assertThat(outcome.text())
                    .contains(String.valueOf(port))
                    .contains("process " + ProcessHandle.current().pid())
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void saysWhatToInstallWhenNodeIsMissing() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        ApexCommand.Outcome outcome = apex(Map.of("PATH", empty.toString()), "up", "--any-ports");
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.text())
                .contains("Node.js")
                .contains("apt-get install nodejs")
                .doesNotContain("\tat ");
    }

    @Test
    void saysWhichNodeIsTooOld() throws Exception {
        Path old = Files.createDirectory(directory.resolve("old"));
        Path node = Files.writeString(old.resolve("node"), "#!/bin/sh\necho v18.20.4\n");
        Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rwx------"));
        ApexCommand.Outcome outcome =
                apex(Map.of("PATH", old + ":/usr/bin:/bin"), "up", "--any-ports");
        assertThat(outcome.code()).isEqualTo(CliException.UNAVAILABLE);
        assertThat(outcome.text())
                .contains("v18.20.4 (" + node + ") is too old")
                .contains("Node.js 20 or newer")
                .doesNotContain("\tat ");
    }

    @Test
    void refusesAHomeThatCannotBeWritten() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        ApexCommand.Outcome outcome =
                apex(Map.of("APEX_HOME", file.resolve("home").toString()), "up", "--any-ports");
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.text())
                .contains("APEX_HOME")
                .contains(file.toString())
                .doesNotContain("\tat ");
    }

    @Test
    void refusesImpossibleReplicas() throws Exception {
        ApexCommand.Outcome outcome = apex(Map.of(), "up", "--replicas", "99");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.text()).contains("--replicas").contains("1 to 8");
    }

    @Test
    void hasNothingToStopWhereNothingRuns() throws Exception {
        ApexCommand.Outcome outcome = apex(Map.of(), "down");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.text()).contains("Nothing runs");
    }

    @Test
    @Tag("INF-9")
    void tellsTheStateAsJson() throws Exception {
        ApexCommand.Outcome outcome = apex(Map.of(), "status", "--json");
        assertThat(outcome.text().strip()).startsWith("{").endsWith("}");
    }

    @Test
    void findsWhatThisMachineHas() throws Exception {
        ApexCommand.Outcome outcome = apex(Map.of(), "doctor", "--any-ports");
        assertThat(outcome.text())
                .contains("JDK")
                .contains("Node.js")
                .contains("Maven")
                .contains("memory");
    }

    private ApexCommand.Outcome apex(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return ApexCommand.run(directory, environment, List.of(arguments));
    }
}
