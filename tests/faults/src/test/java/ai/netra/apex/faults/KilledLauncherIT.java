package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.system.Person;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What supervises the system is killed itself. */
@ExtendWith(Stage.Extension.class)
@Tag("NET-1")
class KilledLauncherIT {
    private final Stage stage;

    KilledLauncherIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    @Tag("GLD-3")
    void without_its_launcher_the_system_goes_on_and_up_takes_its_place_with_all_data()
            throws Exception {
        Person person = Person.register(stage.system().address());
        String before = person.newThread();
        ask(person, before);
        List<ProcessHandle> parts = stage.system().processes();
        assertThat(parts).hasSizeGreaterThan(8);

        stage.system().killLauncher();

        assertThat(parts).allMatch(ProcessHandle::isAlive);
        ask(person, before);
        stage.upAgain();
        assertThat(parts)
                .as("what the killed one had started is stopped, not left beside the new")
                .noneMatch(ProcessHandle::isAlive);
        Person again = person.signedInAt(stage.system().address());
        ask(again, before);
        assertThat(again.messages(before)).hasSize(6);
    }

    private static void ask(Person person, String thread) throws Exception {
        int answered = person.messages(thread).size() + 2;
        person.ask(thread, UUID.randomUUID().toString(), "And now?", Stage.MODEL);
        await("an answer")
                .atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                person.messages(thread)
                                                .valueStream()
                                                .filter(
                                                        m ->
                                                                m.get("status")
                                                                        .asString()
                                                                        .equals("complete"))
                                                .count()
                                        == answered);
    }
}
