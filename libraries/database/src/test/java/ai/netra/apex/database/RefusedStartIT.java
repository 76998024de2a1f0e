package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waiting does not change ends the start at once, also where it may be degraded. */
@Tag("CFG-6")
class RefusedStartIT {

    private static DatabaseUrlBuilder address() {
        return DatabaseUrlBuilder.forTier(Tier.TEST)
                .hosts("127.0.0.1:" + TestServer.SERVER.port())
                .database("postgres");
    }

    private static Throwable started(DatabaseConfig.Builder config) {
        return catchThrowable(() -> DatabaseManager.start(config.build()).close());
    }

    @Test
    @Tag("INF-3")
    void aMissingPasswordFileIsNamedWithWhatToDo(@TempDir Path home) {
        Path file = home.resolve("password");
        assertThat(
                        started(
                                TestServer.config("no file")
                                        .credentials(CredentialsSource.file("postgres", file))))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("'no file'")
                .hasMessageContaining("127.0.0.1:" + TestServer.SERVER.port())
                .hasMessageContaining(file.toString())
                .hasMessageContaining("put it there")
                .hasMessageContaining("after 1 attempt:");
    }

    @Test
    @Tag("INF-4")
    void aServerWithoutTls() {
        assertThat(
                        started(
                                TestServer.config("plaintext")
                                        .url(address().sslMode("verify-full").build())))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("does not support SSL");
    }

    @Test
    @Tag("INF-4")
    void aRootCertificateThatIsNotThere() {
        assertThat(
                        started(
                                TestServer.config("no root")
                                        .url(
                                                address()
                                                        .sslMode("verify-full")
                                                        .parameter("sslrootcert", "/none.crt")
                                                        .build())))
                .isInstanceOf(DatabaseUnavailableException.class);
    }

    @Test
    @Tag("CFG-3")
    void aParameterTheDriverCannotUse() {
        assertThat(
                        started(
                                TestServer.config("parameter")
                                        .url(
                                                address()
                                                        .parameter("socketFactory", "none.Such")
                                                        .build())))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("none.Such");
    }
}
