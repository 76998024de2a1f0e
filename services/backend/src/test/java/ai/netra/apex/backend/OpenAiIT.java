package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.netra.apex.testing.model.Exchange;
import ai.netra.apex.testing.model.Script;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /v1} as OpenAI's own clients use it, unchanged, and the keys that open it. */
@Tag("COM-1")
class OpenAiIT {

    private static WholeBackend backend;
    private static Api person;
    private static String key;

    @BeforeAll
    static void start() {
        backend = new WholeBackend(null);
        backend.provider.respond(OpenAiIT::answer);
        person = Api.person(backend.port());
        key = person.post("/api/keys", Map.of("name", "tests")).body().path("key").asString();
    }

    @AfterAll
    static void stop() {
        backend.close();
    }

    /** What the provider says depends on what it is asked. */
    private static Script answer(Exchange exchange) {
        String asked = exchange.body().path("messages").toString();
        if (asked.contains("\"role\":\"tool\"")) {
            return Script.text("It is sunny.");
        }
        if (asked.contains("weather")) {
            return Script.begin().toolCall("call_9", "weather", "{\"place\":\"Rome\"}");
        }
        if (asked.contains("rate")) {
            return Script.failure(429, "rate_limit_exceeded", "slow down", "9");
        }
        if (asked.contains("cut")) {
            return Script.text("half").pause(Duration.ofMillis(300)).cut();
        }
        if (asked.contains("long story")) {
            Script story = Script.begin();
            for (int i = 0; i < 500; i++) {
                story = story.say("word ").pause(Duration.ofMillis(10));
            }
            return story;
        }
        return Script.text("Hello", " from", " far").usage(12, 3);
    }

    private static String baseUrl() {
        return "http://127.0.0.1:" + backend.port() + "/v1";
    }

    private static OpenAIClient client(String apiKey) {
        return OpenAIOkHttpClient.builder().baseUrl(baseUrl()).apiKey(apiKey).maxRetries(0).build();
    }

    private static ChatCompletionCreateParams ask(String model, String question) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(question).build();
    }

    @Test
    void theOfficialJavaClientListsAndAsks() {
        OpenAIClient client = client(key);

        assertThat(client.models().list().data())
                .extracting(com.openai.models.models.Model::id)
                .contains("apex/guide", "openai/gpt-test");
        assertThat(client.models().retrieve("apex/guide").ownedBy()).isEqualTo("Netra Apex");

        ChatCompletion completion =
                client.chat().completions().create(ask("openai/gpt-test", "Hi"));

        assertThat(completion.choices().getFirst().message().content()).contains("Hello from far");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(15);
        client.close();
    }

    @Test
    void theOfficialJavaClientStreams() {
        OpenAIClient client = client(key);
        var text = new StringBuilder();

        try (var stream =
                client.chat().completions().createStreaming(ask("openai/gpt-test", "Hi"))) {
            stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(text::append));
        }

        assertThat(text).hasToString("Hello from far");
        client.close();
    }

    @Test
    void theGuideAnswersProgramsToo() {
        OpenAIClient client = client(key);

        ChatCompletion completion =
                client.chat().completions().create(ask("apex/guide", "What can you do?"));

        assertThat(completion.choices().getFirst().message().content().orElseThrow())
                .contains("no language model");
        client.close();
    }

    @Test
    void theOfficialJavaClientUnderstandsTheErrors() {
        OpenAIClient client = client(key);
        OpenAIClient stranger = client("apex_" + "A".repeat(43));

        assertThat(
                        catchThrowableOfType(
                                        UnauthorizedException.class, () -> stranger.models().list())
                                .code())
                .contains("invalid_api_key");
        assertThat(
                        catchThrowableOfType(
                                        NotFoundException.class,
                                        () ->
                                                client.chat()
                                                        .completions()
                                                        .create(ask("openai/none", "Hi")))
                                .code())
                .contains("model_not_found");
        RateLimitException limited =
                catchThrowableOfType(
                        RateLimitException.class,
                        () -> client.chat().completions().create(ask("openai/gpt-test", "rate")));
        assertThat(limited.headers().values("Retry-After")).containsExactly("9");
        assertThat(
                        catchThrowableOfType(
                                        BadRequestException.class,
                                        () ->
                                                client.chat()
                                                        .completions()
                                                        .create(
                                                                ChatCompletionCreateParams.builder()
                                                                        .model("openai/gpt-test")
                                                                        .addUserMessage("Hi")
                                                                        .n(3)
                                                                        .build()))
                                .param())
                .contains("n");
        client.close();
        stranger.close();
    }

    @Test
    void theOfficialNodeClientWorksUnchanged() throws Exception {
        Path folder = Path.of("..", "..", "tests", "openai-client").toRealPath();
        if (!Files.isDirectory(folder.resolve("node_modules"))) {
            assertThat(run(folder, "npm", "ci", "--no-audit", "--no-fund")).isZero();
        }

        assertThat(run(folder, "node", "client.mjs")).isZero();
    }

    @Test
    void errorsHaveOpenAisShapeWhateverIsWrong() {
        Api program = new Api(backend.port(), key);

        assertError(
                program.postRaw(
                        "/v1/chat/completions",
                        "{".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                400,
                "parse");
        assertError(program.post("/v1/chat/completions", Map.of()), 400, "model");
        assertError(
                program.post("/v1/chat/completions", Map.of("model", "apex/guide")),
                400,
                "messages");
        assertError(program.get("/v1/files"), 404, "Unknown request URL");
        assertError(new Api(backend.port(), "").get("/v1/models"), 401, "API key");
        assertError(person.get("/v1/models"), 401, "API key");
    }

    @Test
    void aRequestTooLargeIsToldInOpenAisShapeWithAndWithoutALength() {
        Api program = new Api(backend.port(), key);
        byte[] tooMuch = new byte[2 << 20];
        Arrays.fill(tooMuch, (byte) ' ');

        for (BodyPublisher body :
                List.of(
                        BodyPublishers.ofByteArray(tooMuch),
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooMuch)))) {
            Api.Answer answer =
                    program.send(
                            program.request("/v1/chat/completions")
                                    .header("Content-Type", "application/json")
                                    .POST(body));
            assertError(answer, 413, "at most 1048576 bytes");
            assertThat(answer.body().path("error").path("code").asString())
                    .isEqualTo("payload_too_large");
            assertThat(answer.response().headers().firstValue("Content-Type"))
                    .hasValue("application/json");
        }

        OpenAIClient client = client(key);
        var refused =
                catchThrowableOfType(
                        OpenAIServiceException.class,
                        () ->
                                client.chat()
                                        .completions()
                                        .create(ask("apex/guide", "x".repeat(2 << 20))));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.code()).contains("payload_too_large");
        client.close();
    }

    @Test
    void aClientThatLeavesEndsTheProvidersWork() throws Exception {
        int before = backend.provider.exchanges().size();
        HttpRequest request =
                new Api(backend.port(), key)
                        .request("/v1/chat/completions")
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"openai/gpt-test\",\"stream\":true,\"messages\":"
                                                + "[{\"role\":\"user\",\"content\":\"long story\"}]}"))
                        .build();
        var response =
                Api.HTTP.send(request, java.net.http.HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.body().read()).isPositive();

        response.body().close();

        backend.provider
                .awaitExchange(before, Duration.ofSeconds(5))
                .awaitClientGone(Duration.ofSeconds(5));
    }

    @Test
    void aKeyIsShownOnceListedWithoutItselfAndRefusedOnceDeleted() {
        Api somebody = Api.person(backend.port());
        Api.Answer made = somebody.post("/api/keys", Map.of("name", " laptop "));
        assertThat(made.status()).isEqualTo(201);
        String secret = made.body().path("key").asString();
        assertThat(secret).startsWith("apex_").hasSize(48);
        Api program = new Api(backend.port(), secret);
        assertThat(program.get("/v1/models").status()).isEqualTo(200);

        Api.Answer list = somebody.get("/api/keys");

        assertThat(list.response().body()).doesNotContain(secret);
        JsonNode item = list.body().path("items").get(0);
        assertThat(item.path("name").asString()).isEqualTo("laptop");
        assertThat(item.path("prefix").asString()).isEqualTo(secret.substring(0, 12));
        assertThat(item.has("lastUsedAt")).isTrue();
        String path = "/api/keys/" + item.path("id").asString();
        assertThat(Api.person(backend.port()).delete(path).status()).isEqualTo(404);
        assertThat(somebody.delete(path).status()).isEqualTo(204);
        assertThat(program.get("/v1/models").status()).isEqualTo(401);
    }

    @Test
    void keysAreLimitedPerPersonAndNeedAName() {
        Api somebody = Api.person(backend.port());
        for (int i = 0; i < 20; i++) {
            assertThat(somebody.post("/api/keys", Map.of("name", "k" + i)).status()).isEqualTo(201);
        }
        assertThat(somebody.post("/api/keys", Map.of("name", "more")).status()).isEqualTo(409);
        assertThat(somebody.post("/api/keys", Map.of("name", " ")).status()).isEqualTo(422);
    }

    private static void assertError(Api.Answer answer, int status, String words) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("error").path("message").asString()).contains(words);
        assertThat(answer.body().path("error").has("type")).isTrue();
    }

    private static int run(Path folder, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
        builder.environment().put("BASE_URL", baseUrl());
        builder.environment().put("API_KEY", key);
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }
}
