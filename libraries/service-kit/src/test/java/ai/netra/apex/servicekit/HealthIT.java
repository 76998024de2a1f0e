package ai.netra.apex.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.servicekit.health.DependencyHealth;
import ai.netra.apex.servicekit.management.ManagementServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Tag("INF-9")
class HealthIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private final Switch needed = new Switch("postgresql", true);
    private final Switch optional = new Switch("redis", false);
    private RunningService service;

    @BeforeEach
    void start() {
        service =
                ServiceApplication.named("sample")
                        .bean(Switches.class, new Switches(needed, optional))
                        .configuredBy(Dependencies.class)
                        .start();
    }

    @AfterEach
    void stop() {
        optional.hang.countDown();
        service.close();
    }

    @Test
    void allDependenciesUpIsUp() throws Exception {
        var answer = get("/health");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\":\"up\"").contains("\"name\":\"redis\"");
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void anOptionalDependencyDownIsDegradedAndStillReady() {
        optional.broken = true;

        await().untilAsserted(
                        () ->
                                assertThat(get("/health").body())
                                        .startsWith("{\"status\":\"degraded\""));
        await().untilAsserted(() -> assertThat(get("/health/ready").statusCode()).isEqualTo(200));
    }

    @Test
    void aRequiredDependencyDownIsDownAndNotReadyButAlive() {
        needed.broken = true;

        await().untilAsserted(() -> assertThat(get("/health").statusCode()).isEqualTo(503));
        await().untilAsserted(
                        () -> {
                            assertThat(get("/health").body()).startsWith("{\"status\":\"down\"");
                            assertThat(get("/health/ready").statusCode()).isEqualTo(503);
                            assertThat(get("/health/live").statusCode()).isEqualTo(200);
                        });
    }

    @Test
    void aDependencyThatHangsIsDownAndHealthStillAnswersAtOnce() {
        optional.hanging = true;

        await().untilAsserted(
                        () -> assertThat(get("/health").body()).contains("no answer within 2 s"));
    }

    @Test
    void metricsAreOnTheManagementPortAlone() throws Exception {
        int port = service.get(ManagementServer.class).port();

        assertThat(get(port, "/metrics").body())
                .contains("jvm_memory_used_bytes")
                .contains("service=\"sample\"");
        assertThat(get("/metrics").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(service.port(), path);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    record Switches(Switch needed, Switch optional) {}

    @Configuration(proxyBeanMethods = false)
    static class Dependencies {
        @Bean
        DependencyHealth needed(Switches switches) {
            return switches.needed();
        }

        @Bean
        DependencyHealth optional(Switches switches) {
            return switches.optional();
        }
    }

    private static final class Switch implements DependencyHealth {
        private final String name;
        private final boolean required;
        private final CountDownLatch hang = new CountDownLatch(1);
        private volatile boolean broken;
        private volatile boolean hanging;

        Switch(String name, boolean required) {
            this.name = name;
            this.required = required;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean required() {
            return required;
        }

        @Override
        public String check() throws Exception {
            if (hanging) {
                hang.await();
            }
            if (broken) {
                throw new IOException("switched off");
            }
            return "";
        }
    }
}
