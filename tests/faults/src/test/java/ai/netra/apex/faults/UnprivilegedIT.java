package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nobody needs to be root for any of it. */
@Tag("NET-1")
class UnprivilegedIT {

    @Test
    @Tag("GLD-1")
    void who_is_not_root_starts_chats_and_stops() throws Exception {
        List<ProcessHandle> parts;
        try (ApexSystem system = ApexSystem.startUnprivileged()) {
            Person person = Person.register(system.address());
            String thread = person.newThread();
            person.ask(thread, UUID.randomUUID().toString(), "Hello?", "apex/guide");
            await("an answer")
                    .atMost(Duration.ofSeconds(60))
                    .until(
                            () ->
                                    person.messages(thread)
                                            .valueStream()
                                            .allMatch(
                                                    message ->
                                                            message.get("status")
                                                                    .asString()
                                                                    .equals("complete")));
            assertThat(person.messages(thread)).hasSize(2);
            parts = system.processes();
            assertThat(parts).hasSizeGreaterThan(7).allMatch(ProcessHandle::isAlive);
        }
        assertThat(parts).noneMatch(ProcessHandle::isAlive);
    }
}
