package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.SecretStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** The engine accepts the password and the one before, until the latter is taken away. */
record ClickHouseRotation(Site site) implements Rotation {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Override
    public String name() {
        return "backend/clickhouse-password";
    }

    @Override
    public void rotate(Steps steps) {
        SecretStore secrets = site.secrets();
        String old = secrets.password("backend", "clickhouse-password");
        String next = secrets.randomPassword();
        steps.step("ClickHouse takes a second password");
        // In this order: at every moment the one in use is in one of the two files.
        secrets.put("clickhouse", "password-previous", old);
        secrets.put("clickhouse", "password", next);
        awaitAnswer(next, true, "ClickHouse does not take the new password.");
        steps.step("backend signs in with it");
        secrets.put("backend", "clickhouse-password", next);
        site.services().reload("backend");
        steps.step("ClickHouse forgets the old one");
        secrets.remove("clickhouse", "password-previous");
        awaitAnswer(old, false, "ClickHouse does not forget the old password.");
    }

    private void awaitAnswer(String password, boolean accepted, String otherwise) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            Waiting.until(LIMIT, PAUSE, () -> accepts(http, password) == accepted, otherwise);
        }
    }

    private boolean accepts(HttpClient http, String password) {
        String user = "default:" + password;
        String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + site.ports().clickhouse() + "/"))
                        .timeout(LIMIT)
                        .header("Authorization", "Basic " + basic)
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            // It may be restarting: neither yes nor no, so the question goes on.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean rotateAtRest() {
        String next = site.secrets().randomPassword();
        site.secrets().put("clickhouse", "password", next);
        site.secrets().put("backend", "clickhouse-password", next);
        site.secrets().remove("clickhouse", "password-previous");
        return true;
    }
}
