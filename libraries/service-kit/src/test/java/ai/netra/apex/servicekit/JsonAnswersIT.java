package ai.netra.apex.servicekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How JSON answers go over the wire. */
@Tag("COM-1")
class JsonAnswersIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RunningService service;

    @BeforeAll
    static void start() {
        service =
                ServiceApplication.named("sample")
                        .http(HttpServerConfig.loopback(0, 0))
                        .configuredBy(WordsController.class)
                        .start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void anAnswerOfUsualSizeIsWrittenWholeAndTellsItsLength() throws Exception {
        for (int words : new int[] {0, 1, 1_000, 5_000}) {
            var answer = words(words);

            assertThat(answer.headers().firstValueAsLong("content-length"))
                    .isEqualTo(OptionalLong.of(answer.body().length()));
            assertThat(answer.headers().firstValue("transfer-encoding")).isEmpty();
            assertThat(answer.body()).isEqualTo(expected(words));
        }
    }

    @Test
    void aLongAnswerIsStreamedAndComesWhole() throws Exception {
        var answer = words(300_000);

        assertThat(answer.headers().firstValue("transfer-encoding")).contains("chunked");
        assertThat(answer.body()).isEqualTo(expected(300_000));
    }

    private static String expected(int words) {
        return "[" + "\"word\",".repeat(Math.max(0, words - 1)) + (words > 0 ? "\"word\"]" : "]");
    }

    private static HttpResponse<String> words(int count) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + "/words?count=" + count);
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @RestController
    static class WordsController {

        @GetMapping("/words")
        List<String> words(@RequestParam int count) {
            return java.util.Collections.nCopies(count, "word");
        }
    }
}
