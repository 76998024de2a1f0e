package ai.netra.apex.servicekit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A real service on a real port: every kind of bad request ends in one shape. */
@Tag("ERR-9")
class HttpErrorsIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RunningService service;

    @BeforeAll
    static void start() {
        service =
                ServiceApplication.named("sample")
                        .http(HttpServerConfig.loopback(0, 0))
                        .configuredBy(SampleController.class)
                        .start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest(name = "{0} is {1}, {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{                          | 400 | malformed_request",
                "{\"name\":\"a\"} x         | 400 | malformed_request",
                "''                         | 400 | malformed_request",
                "{\"name\":\"a\",\"nam\":1} | 422 | validation_failed",
                "{\"name\":\"a\",\"age\":\"old\"} | 422 | validation_failed",
            })
    void aBadBodyIsAProblem(String body, int status, String code) throws Exception {
        var answer = post("/people", body, "application/json");

        assertProblem(answer, status, code);
    }

    @Test
    void invalidUtf8IsMalformed() throws Exception {
        byte[] body = "{\"name\":\"a?\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[10] = (byte) 0xC3;

        var answer =
                send(
                        request("/people")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

        assertProblem(answer, 400, "malformed_request");
    }

    @Test
    void anUnknownFieldIsNamed() throws Exception {
        var answer = post("/people", "{\"name\":\"a\",\"nick\":\"b\"}", "application/json");

        assertThat(answer.body()).contains("\"field\":\"nick\"");
    }

    @Test
    void aBodyOverTheLimitIsRefusedWithAndWithoutLength() throws Exception {
        String tooLarge = "{\"name\":\"" + "x".repeat(1 << 20) + "\"}";
        byte[] bytes = tooLarge.getBytes(StandardCharsets.UTF_8);

        assertProblem(post("/people", tooLarge, "application/json"), 413, "payload_too_large");
        assertProblem(
                send(
                        request("/people")
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(bytes)))),
                413,
                "payload_too_large");
    }

    @Test
    void whatTheContainerRefusesIsAProblemToo() throws Exception {
        assertProblem(send(request("/nowhere").GET()), 404, "not_found");
        assertProblem(send(request("/people").GET()), 405, "method_not_allowed");
        assertProblem(post("/people", "a=b", "text/plain"), 415, "unsupported_media_type");
        assertProblem(send(request("/count?n=many").GET()), 422, "validation_failed");
        assertProblem(send(request("/count").GET()), 400, "malformed_request");
    }

    @Test
    void anUnexpectedErrorTellsNothingOfItself() throws Exception {
        var answer = send(request("/broken").GET());

        assertProblem(answer, 500, "internal");
        assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void aTimeToWaitIsRoundedUpAndInTheHeader() throws Exception {
        var answer = send(request("/busy").GET());

        assertProblem(answer, 503, "overloaded");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(answer.body()).contains("\"retryAfterSeconds\":2");
    }

    @Test
    void theCallersTraceIdIsTheCorrelationId() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer =
                send(
                        request("/nowhere")
                                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                                .GET());

        assertThat(answer.headers().firstValue("X-Correlation-Id")).hasValue(trace);
        assertThat(answer.body()).contains("\"correlationId\":\"" + trace + "\"");
    }

    @Test
    void aForgedTraceIdIsReplaced() throws Exception {
        var answer = send(request("/nowhere").header("traceparent", "00-<script>").GET());

        assertThat(answer.headers().firstValue("X-Correlation-Id").orElseThrow())
                .matches("[0-9a-f]{32}");
    }

    @Test
    void springSeesNoVariableAndNoPropertyOfTheProcess() {
        var environment = service.get(org.springframework.core.env.Environment.class);

        assertThat(environment.getProperty("PATH")).isNull();
        assertThat(environment.getProperty("java.home")).isNull();
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"").contains("\"retryable\":");
        assertThat(answer.body())
                .contains(answer.headers().firstValue("X-Correlation-Id").orElseThrow());
    }

    private static HttpResponse<String> post(String path, String body, String type)
            throws Exception {
        return send(
                request(path)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @RestController
    static class SampleController {

        record Person(String name, Integer age) {}

        @PostMapping(path = "/people", consumes = "application/json")
        Person people(@RequestBody Person person) {
            return person;
        }

        @GetMapping("/count")
        int count(@RequestParam int n) {
            return n;
        }

        @GetMapping("/broken")
        void broken() {
            throw new IllegalStateException("a secret of ours");
        }

        @GetMapping("/busy")
        void busy() {
            throw ApiException.retryAfter(
                    ErrorCode.OVERLOADED, "Too much at once.", Duration.ofMillis(1200));
        }
    }
}
