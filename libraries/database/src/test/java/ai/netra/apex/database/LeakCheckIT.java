package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The check behind every test of a database finds what is left, in managers it was not told of. */
@Tag("STA-9")
class LeakCheckIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    @Tag("STA-10")
    void aForgottenSessionIsFoundInAManagerNobodyNamedAndIsNamed() {
        try (LeakCheck check = LeakCheck.begin()) {
            try (DatabaseManager db = DatabaseManager.start(TestServer.config("left").build())) {
                assertThat(check.findings(PATIENCE)).isEmpty();
                assertThat(check.startedAndOpen()).containsExactly("left");
                try (Session forgotten = db.open(SessionRequest.read("forgotten").user("ada"))) {
                    assertThat(forgotten.info().user()).isEqualTo("ada");
                    assertThat(check.findings(Duration.ZERO))
                            .singleElement()
                            .asString()
                            .startsWith("database 'left': left open: session")
                            .contains("'forgotten' of user ada");
                }
                assertThat(check.findings(PATIENCE)).isEmpty();
            }
            assertThat(check.findings(PATIENCE)).isEmpty();
            assertThat(check.startedAndOpen()).isEmpty();
        }
    }

    @Test
    void aManagerThatWasOpenBeforeIsLookedAtToo() {
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("before").build());
                LeakCheck check = LeakCheck.begin()) {
            try (Session out = db.open(SessionRequest.read("out"))) {
                assertThat(out.info().operation()).isEqualTo("out");
                assertThat(check.findings(Duration.ZERO)).hasSize(1);
                assertThat(check.started()).isEmpty();
            }
            assertThat(check.findings(PATIENCE)).isEmpty();
        }
    }
}
