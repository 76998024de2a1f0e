package ai.netra.apex.settings.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("CFG-7")
class ConfigReloadTest {
    private static final Setting<Integer> LIMIT =
            Setting.integer("DEMO_LIMIT").between(1, 100).defaultsTo(10).reloadableAtRuntime();
    private static final Setting<Integer> OTHER =
            Setting.integer("DEMO_OTHER").defaultsTo(1).reloadableAtRuntime();
    private static final Setting<Integer> PORT = Setting.integer("DEMO_PORT").defaultsTo(8000);
    private static final Setting<Secret> KEY =
            Setting.secret("DEMO_KEY").optional().reloadableAtRuntime();
    private static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_").with(LIMIT, OTHER, PORT, KEY);

    @TempDir private Path directory;
    private Path file;
    private Path secrets;
    private UnifiedConfigManager manager;
    private final List<ConfigEvent> audit = new CopyOnWriteArrayList<>();
    private int writes;

    @BeforeEach
    void load() throws IOException {
        file = directory.resolve("demo.conf");
        secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwx------"));
        write("DEMO_LIMIT=20\n");
        manager =
                UnifiedConfigManager.load(
                        SETTINGS,
                        ConfigSources.ofEnvironment(
                                        Map.of(
                                                "APEX_TIER",
                                                "production",
                                                "DEMO_SECRETS_DIR",
                                                secrets.toString()))
                                .withConfigFile(file));
        manager.onReload(audit::add);
    }

    /** Writes the file, with a time of its own, as two writes can fall into one tick. */
    private void write(String text) throws IOException {
        Files.writeString(file, text);
        writes++;
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + writes)));
    }

    private void secret(String value) throws IOException {
        Path key = Files.writeString(secrets.resolve("key"), value);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void viewsChangeTogetherAndOneThatCannotBeMadeRefusesTheWhole() throws IOException {
        Supplier<String> both =
                manager.view(config -> config.get(LIMIT) + " of " + config.get(OTHER));
        Supplier<Integer> share =
                manager.view(config -> config.get(LIMIT) / (config.get(OTHER) - 5));
        assertThat(both.get()).isEqualTo("20 of 1").isSameAs(both.get());

        write("DEMO_LIMIT=30\nDEMO_OTHER=2\n");
        assertThat(manager.reload("test").kind()).isEqualTo(ConfigEvent.Kind.APPLIED);
        assertThat(both.get()).isEqualTo("30 of 2");
        assertThat(share.get()).isEqualTo(-10);

        write("DEMO_LIMIT=40\nDEMO_OTHER=5\n");
        assertThat(manager.reload("test").kind()).isEqualTo(ConfigEvent.Kind.REFUSED);
        assertThat(both.get()).isEqualTo("30 of 2");
        assertThat(share.get()).isEqualTo(-10);
    }

    @Test
    void aChangeIsAppliedWholeToldAndAudited() throws Exception {
        List<Integer> told = new ArrayList<>();
        manager.onChange(LIMIT, told::add);
        manager.onChange(OTHER, _ -> told.add(-1));
        write("DEMO_LIMIT=30\n");
        ConfigEvent event = manager.reload("test");
        assertThat(manager.current().get(LIMIT)).isEqualTo(30);
        assertThat(told).containsExactly(30);
        assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.APPLIED);
        assertThat(event.changedKeys()).containsExactly("DEMO_LIMIT");
        assertThat(event.fingerprint()).isEqualTo(manager.current().fingerprint());
        assertThat(audit).containsExactly(event);
    }

    @Test
    void oneBadValueKeepsTheWholeOldConfiguration() throws Exception {
        write("DEMO_LIMIT=30\nDEMO_OTHER=two\n");
        ConfigEvent event = manager.reload("test");
        assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.REFUSED);
        assertThat(event.problems()).extracting(ConfigProblem::key).containsExactly("DEMO_OTHER");
        assertThat(manager.current().get(LIMIT)).isEqualTo(20);
    }

    @Test
    void aSettingThatNeedsARestartRefusesTheWholeChange() throws Exception {
        write("DEMO_LIMIT=30\nDEMO_PORT=9000\n");
        ConfigEvent event = manager.reload("test");
        assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.REFUSED);
        assertThat(event.problems())
                .singleElement()
                .satisfies(p -> assertThat(p.reason()).contains("cannot be changed while"));
        assertThat(manager.current().get(LIMIT)).isEqualTo(20);
    }

    @Test
    @Tag("INF-3")
    void aSecretThatFailsItsTrialIsNotTakenAndTheLastGoodOneStays() throws Exception {
        secret("canary-Good1!xyzAB");
        assertThat(manager.reload()).isEmpty();
        manager.addTrial(
                next -> {
                    if (next.get(KEY).reveal().startsWith("canary-Bad")) {
                        throw new IllegalStateException("cannot sign in with " + next.get(KEY));
                    }
                    return List.of();
                });
        List<Secret> rotated = new ArrayList<>();
        manager.onChange(KEY, rotated::add);
        secret("canary-Bad2!xyzAB");
        ConfigEvent refused = manager.reload("test");
        assertThat(refused.kind()).isEqualTo(ConfigEvent.Kind.REFUSED);
        assertThat(refused.toString()).doesNotContain("canary");
        assertThat(manager.live(KEY).get().reveal()).isEqualTo("canary-Good1!xyzAB");
        secret("canary-Good3!xyzAB");
        assertThat(manager.reload()).isEmpty();
        assertThat(rotated).extracting(Secret::reveal).containsExactly("canary-Good3!xyzAB");
    }

    @Test
    void aListenerThatFailsDoesNotKeepOthersFromBeingTold() throws Exception {
        List<Integer> told = new ArrayList<>();
        manager.onChange(
                LIMIT,
                _ -> {
                    throw new IllegalStateException("broken");
                });
        manager.onChange(LIMIT, told::add);
        write("DEMO_LIMIT=40\n");
        ConfigEvent event = manager.reload("test");
        assertThat(told).containsExactly(40);
        assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.APPLIED);
        assertThat(event.problems()).hasSize(1);
    }

    @Test
    void anErrorIsRetriedAndThenLeftToAPerson() throws Exception {
        ReloadMachine machine = new ReloadMachine(manager);
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(machine.look(now)).isEmpty();
        write("DEMO_LIMIT=many\n");
        assertThat(machine.look(now)).as("may be half written").isEmpty();
        assertThat(machine.look(now)).isPresent();
        assertThat(machine.state()).isEqualTo(ConfigState.CONFIG_ERROR);
        assertThat(machine.problems()).hasSize(1);
        assertThat(machine.look(now.plusSeconds(1))).as("not due yet").isEmpty();
        for (int retry = 1; retry <= ReloadMachine.MAX_RETRIES; retry++) {
            assertThat(machine.state()).isEqualTo(ConfigState.CONFIG_ERROR);
            now = now.plusSeconds(100);
            assertThat(machine.look(now).orElseThrow().trigger()).isEqualTo("retry " + retry);
        }
        assertThat(machine.state()).isEqualTo(ConfigState.FATAL_CONFIG);
        assertThat(machine.look(now.plusSeconds(1_000_000))).isEmpty();
        assertThat(manager.current().get(LIMIT)).isEqualTo(20);
        write("DEMO_LIMIT=50\n");
        assertThat(machine.look(now)).isEmpty();
        assertThat(machine.look(now)).isPresent();
        assertThat(machine.state()).isEqualTo(ConfigState.VALID);
        assertThat(machine.problems()).isEmpty();
        assertThat(manager.current().get(LIMIT)).isEqualTo(50);
    }

    @Test
    void aRetrySucceedsByItselfWhenItsReasonHasGone() throws Exception {
        ReloadMachine machine = new ReloadMachine(manager);
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        secret("canary-Good1!xyzAB");
        Path key = secrets.resolve("key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(machine.look(now)).isEmpty();
        assertThat(machine.look(now)).isPresent();
        assertThat(machine.state()).isEqualTo(ConfigState.CONFIG_ERROR);
        // Permissions do not show in what is watched: the retry finds them.
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(machine.look(now.plusSeconds(2)).orElseThrow().trigger()).isEqualTo("retry 1");
        assertThat(machine.state()).isEqualTo(ConfigState.VALID);
        assertThat(manager.current().get(KEY).reveal()).isEqualTo("canary-Good1!xyzAB");
    }

    @Test
    void aMountThatTurnsItsLinkIsSeen() throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Files.writeString(one.resolve("key"), "a");
        Files.writeString(two.resolve("key"), "b");
        Path mount = Files.createDirectory(directory.resolve("mount"));
        Path data = Files.createSymbolicLink(mount.resolve("..data"), one);
        Files.createSymbolicLink(mount.resolve("key"), Path.of("..data/key"));
        SourceState before = SourceState.of(List.of(mount));
        Files.delete(data);
        Files.createSymbolicLink(data, two);
        assertThat(SourceState.of(List.of(mount))).isNotEqualTo(before);
    }

    @Test
    void theWatcherTakesFileChangesAndHangUps() throws Exception {
        try (ConfigWatcher watcher = ConfigWatcher.start(manager, Duration.ofMillis(20))) {
            write("DEMO_LIMIT=60\n");
            await().until(() -> manager.current().get(LIMIT) == 60);
            Process hangUp =
                    new ProcessBuilder("kill", "-HUP", Long.toString(ProcessHandle.current().pid()))
                            .start();
            assertThat(hangUp.waitFor()).isZero();
            await().until(() -> audit.stream().anyMatch(e -> e.trigger().equals("SIGHUP")));
            assertThat(watcher.reloadNow("administrator").kind())
                    .isEqualTo(ConfigEvent.Kind.UNCHANGED);
            assertThat(watcher.state()).isEqualTo(ConfigState.VALID);
            write("DEMO_LIMIT=0\n");
            await().until(() -> watcher.state() == ConfigState.CONFIG_ERROR);
            assertThat(watcher.problems()).extracting(ConfigProblem::key).contains("DEMO_LIMIT");
            assertThat(manager.current().get(LIMIT)).isEqualTo(60);
        }
    }
}
