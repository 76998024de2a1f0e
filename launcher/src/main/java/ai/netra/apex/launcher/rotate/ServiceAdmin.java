package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.SecretStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Has services take what is in their files now, by their management ports. Thread-safe. */
final class ServiceAdmin {

    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int REFUSED = 422;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final SecretStore secrets;
    private final PortPlan ports;

    ServiceAdmin(SecretStore secrets, PortPlan ports) {
        this.secrets = secrets;
        this.ports = ports;
    }

    /**
     * Has every replica of a service take its files' content. One that does not answer is asked
     * again for a while: it may be starting, and then reads the same files.
     *
     * @throws CliException when one refuses it, with its reasons, or does not answer
     */
    void reload(String service) {
        reloadWith(service, secrets.password(service, "management-token"));
    }

    /** The same with another token than the one in the file, which the service may not have yet. */
    void reloadWith(String service, String token) {
        for (int port : portsOf(service)) {
            Waiting.until(
                    PATIENCE,
                    PAUSE,
                    () -> reload(service, port, token),
                    "The service %s does not answer on its management port %d."
                            .formatted(service, port));
        }
    }

    private List<Integer> portsOf(String service) {
        return switch (service) {
            case "auth" -> List.of(ports.authManagement());
            case "backend" -> ports.backendManagements();
            case "edge" -> List.of(ports.edgeManagement());
            default -> throw new IllegalArgumentException(service);
        };
    }

    private boolean reload(String service, int port, String token) {
        String newest = secrets.password(service, "management-token");
        int status = call(service, port, token);
        // It looks at its files by itself too, and may know a newer token already.
        return status == 200
                || (status == 401 && !newest.equals(token) && call(service, port, newest) == 200);
    }

    /** The answer's status; 0 when there is none. */
    private int call(String service, int port, String token) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/config/reload"))
                        .timeout(CALL)
                        .header("X-Caller", "apex secrets rotate")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == REFUSED) {
                throw new RefusedException(
                        "The service " + service + " refused it: " + reasons(answer.body()));
            }
            return answer.statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(CliException.SOFTWARE, "Interrupted.", e);
        }
    }

    private static String reasons(String body) {
        try {
            JsonNode problems = JsonMapper.shared().readTree(body).path("problems");
            return StreamSupport.stream(problems.spliterator(), false)
                    .map(
                            p ->
                                    "%s %s. %s"
                                            .formatted(
                                                    p.path("key").asString(""),
                                                    p.path("reason").asString(""),
                                                    p.path("suggestion").asString("")))
                    .collect(Collectors.joining(" "));
        } catch (JacksonException e) {
            return "its answer cannot be read";
        }
    }

    /** A service keeps what it has. */
    static final class RefusedException extends CliException {
        RefusedException(String message) {
            super(Rotations.TRY_AGAIN, message);
        }
    }
}
