package ai.netra.apex.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command on a machine that lacks something: made so by mounts that only this process and its
 * children see. Left out where the system allows no such mounts.
 */
@Tag("NET-1")
class LackingMachineIT {

    private static final Path SCRIPT = Path.of("..", "apex").toAbsolutePath().normalize();

    @TempDir Path directory;
    private Path home;

    @BeforeEach
    void prepare() throws Exception {
        home = Files.createDirectory(directory.resolve("home"));
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "mounts of our own");
        assumeTrue(withMount("tmpfs -o size=1m", List.of("true")).code() == 0, "mounts of our own");
    }

    @Test
    void saysWhatToInstallWhenThereIsNoJdk() throws Exception {
        var nothing =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-rm",
                                "sh",
                                "-c",
                                """
                                for each in /usr/lib/jvm /opt; do
                                  [ ! -d $each ] || mount -t tmpfs none $each || exit 99
                                done
                                exec env -i PATH=/usr/bin:/bin HOME=/nonexistent "$0" "$@"
                                """,
                                SCRIPT.toString(),
                                "up"));
        ApexCommand.Outcome outcome = ApexCommand.execute(nothing, Map.of());
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(69);
        assertThat(outcome.text())
                .startsWith("apex: no JDK 25 was found")
                .contains("apt-get install temurin-25-jdk", "brew install", "sdk install java")
                .contains("JAVA_HOME");
    }

    @Test
    void saysHowMuchIsFreeAndNeededWhenTheDiskIsFull() throws Exception {
        ApexCommand.Outcome outcome = up("tmpfs -o size=64m");
        assertThat(outcome.code()).isEqualTo(CliException.UNAVAILABLE);
        assertThat(outcome.text())
                .containsPattern("Only 6\\d MiB are free on the disk of " + home)
                .contains("at least 512 MiB are needed")
                .doesNotContain("\tat ");
    }

    @Test
    void saysThatADirectoryCannotBeWrittenAlsoToRoot() throws Exception {
        ApexCommand.Outcome outcome = up("tmpfs -o ro,size=900m");
        assertThat(outcome.code()).isEqualTo(CliException.CANNOT_CREATE);
        assertThat(outcome.text())
                .contains("cannot be written", "Read-only file system", "Set APEX_HOME")
                .contains(home.toString())
                .doesNotContain("\tat ");
    }

    private ApexCommand.Outcome up(String mount) throws Exception {
        List<String> command = ApexCommand.program(directory);
        command.addAll(List.of("up", "--any-ports", "--skip-build"));
        return withMount(mount, command);
    }

    /** Runs {@code command} where {@link #home} is another disk. */
    private ApexCommand.Outcome withMount(String mount, List<String> command) throws Exception {
        var whole =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-rm",
                                "sh",
                                "-c",
                                "mount -t "
                                        + mount
                                        + " none \"$APEX_HOME\" && exec \"$0\" \"$@\""));
        whole.addAll(command);
        return ApexCommand.execute(whole, Map.of("APEX_HOME", home.toString()));
    }
}
