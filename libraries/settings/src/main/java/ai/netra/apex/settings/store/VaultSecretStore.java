package ai.netra.apex.settings.store;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in HashiCorp Vault's key-value engine, version 2, over its HTTP API. A reference is
 * {@code vault:<mount>/<path>#<field>}, optionally with {@code ?version=<n>} before the field. Each
 * call is bounded in time and size, follows no redirect, and is tried again on a server's passing
 * fault.
 */
public final class VaultSecretStore implements SecretStore {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** All that one load asks of Vault takes no longer, however many secrets there are. */
    private static final Duration TOTAL = Duration.ofSeconds(20);

    private static final int MAX_BYTES = 1 << 20;
    private static final int ATTEMPTS = 3;
    private static final Pattern REFERENCE =
            Pattern.compile(
                    "([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)(?:\\?version=(\\d{1,9}))?");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    private final @Nullable VaultAccess access;
    private final Duration timeout;
    private final FileSecretStore tokenFiles;
    private final long end = System.nanoTime() + TOTAL.toNanos();
    private @Nullable HttpClient client;

    /**
     * A store on a Vault server.
     *
     * @param access how to reach it; null when the service has no Vault, and every reference is
     *     refused
     */
    public VaultSecretStore(@Nullable VaultAccess access) {
        this(access, TIMEOUT);
    }

    /**
     * The same with a limit of its own for each call.
     *
     * @param timeout from sending a request to the end of its answer
     */
    VaultSecretStore(@Nullable VaultAccess access, Duration timeout) {
        this.access = access;
        this.timeout = timeout;
        this.tokenFiles =
                new FileSecretStore(
                        access != null && access.kubernetesRole() != null
                                ? FileSecretStore.Access.MOUNT
                                : FileSecretStore.Access.OWNER);
    }

    @Override
    public String scheme() {
        return "vault";
    }

    @Override
    public String example() {
        return "vault:secret/apex/backend#database-password";
    }

    @Override
    public String read(URI reference) throws SecretRefusedException {
        var matcher = REFERENCE.matcher(String.valueOf(reference.getSchemeSpecificPart()));
        String field = reference.getFragment();
        if (!matcher.matches()
                || matcher.group(2).contains("..")
                || field == null
                || !FIELD.matcher(field).matches()) {
            throw new SecretRefusedException(
                    "is named by a Vault reference without mount, path and field",
                    "Write for example " + example() + ".");
        }
        VaultAccess vault = access;
        if (vault == null) {
            throw new SecretRefusedException(
                    "is kept in Vault, and no address of Vault is set",
                    "Set the service's key VAULT_ADDRESS.");
        }
        String version = matcher.group(3);
        String path =
                "/v1/%s/data/%s%s"
                        .formatted(
                                matcher.group(1),
                                matcher.group(2),
                                version == null ? "" : "?version=" + version);
        Reply reply = call(vault, vault.request(path).header("X-Vault-Token", token(vault)));
        return field(reply, field);
    }

    private static String field(Reply reply, String field) throws SecretRefusedException {
        refuseUnlessOk(reply, "reading the secret");
        Object outer = reply.json() instanceof Map<?, ?> body ? body.get("data") : null;
        Object inner = outer instanceof Map<?, ?> data ? data.get("data") : null;
        Object value = inner instanceof Map<?, ?> fields ? fields.get(field) : null;
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new SecretRefusedException(
                inner == null
                        ? "is kept in Vault at a path that holds no current version"
                        : "is kept in Vault at a path that has no text in its field " + field,
                "Write it with: vault kv put, and check mount, path and field.");
    }

    private String token(VaultAccess vault) throws SecretRefusedException {
        String role = vault.kubernetesRole();
        if (role == null) {
            return tokenFiles.read(vault.tokenFile());
        }
        String jwt = tokenFiles.read(vault.tokenFile());
        String body = "{\"role\":\"" + role + "\",\"jwt\":\"" + jwt + "\"}";
        Reply reply =
                call(
                        vault,
                        vault.request("/v1/auth/kubernetes/login")
                                .POST(HttpRequest.BodyPublishers.ofString(body)));
        refuseUnlessOk(reply, "signing in as a Kubernetes service account");
        Object auth = reply.json() instanceof Map<?, ?> answer ? answer.get("auth") : null;
        if (auth instanceof Map<?, ?> fields
                && fields.get("client_token") instanceof String token) {
            return token;
        }
        throw new SecretRefusedException(
                "is kept in Vault, which signed the service in without giving it a token",
                "Check the role in Vault's Kubernetes auth method.");
    }

    private record Reply(int status, @Nullable Object json) {}

    private Reply call(VaultAccess vault, HttpRequest.Builder request)
            throws SecretRefusedException {
        HttpRequest ready = request.timeout(timeout).build();
        for (int attempt = 1; ; attempt++) {
            Optional<Reply> reply = tryOnce(vault, ready);
            boolean passing = reply.isEmpty() || reply.get().status() >= 500;
            if (!passing || attempt == ATTEMPTS || System.nanoTime() > end) {
                return reply.orElseThrow(
                        () ->
                                new SecretRefusedException(
                                        "is kept in Vault, which does not answer",
                                        "Check that the service can reach its VAULT_ADDRESS."));
            }
            pause(attempt);
        }
    }

    private Optional<Reply> tryOnce(VaultAccess vault, HttpRequest request)
            throws SecretRefusedException {
        // The request's own timeout ends with the headers; this one covers the body too.
        CompletableFuture<HttpResponse<byte[]>> sent =
                client(vault)
                        .sendAsync(
                                request,
                                HttpResponse.BodyHandlers.limiting(
                                        HttpResponse.BodyHandlers.ofByteArray(), MAX_BYTES));
        long left = Math.min(timeout.toNanos(), Math.max(1, end - System.nanoTime()));
        try {
            HttpResponse<byte[]> response = sent.get(left, TimeUnit.NANOSECONDS);
            Object json = null;
            if (response.statusCode() == 200) {
                json = json(response.body());
            }
            return Optional.of(new Reply(response.statusCode(), json));
        } catch (ExecutionException e) {
            if (String.valueOf(e.getCause()).contains("exceeds capacity")) {
                throw notUnderstood();
            }
            return Optional.empty();
        } catch (TimeoutException e) {
            sent.cancel(true);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    private static @Nullable Object json(byte[] bytes) throws SecretRefusedException {
        try {
            return JsonParser.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // Falls through: the message would say where in a text that holds a secret.
        }
        throw notUnderstood();
    }

    private static SecretRefusedException notUnderstood() {
        return new SecretRefusedException(
                "is kept in Vault, whose answer cannot be understood",
                "Check that VAULT_ADDRESS names a Vault server.");
    }

    private static void refuseUnlessOk(Reply reply, String doing) throws SecretRefusedException {
        switch (reply.status()) {
            case 200 -> {}
            case 400, 401, 403 ->
                    throw new SecretRefusedException(
                            "is kept in Vault, which refused "
                                    + doing
                                    + " ("
                                    + reply.status()
                                    + ")",
                            "Renew the token, and check the policy of its path.");
            case 404 ->
                    throw new SecretRefusedException(
                            "is kept in Vault at a path that does not exist",
                            "Write it with: vault kv put.");
            case 429 ->
                    throw new SecretRefusedException(
                            "is kept in Vault, which is over its rate limit", "Try again later.");
            case 503 ->
                    throw new SecretRefusedException(
                            "is kept in Vault, which is sealed or in maintenance", "Unseal it.");
            default ->
                    throw new SecretRefusedException(
                            "is kept in Vault, which failed " + doing + " (" + reply.status() + ")",
                            "Look into Vault's own log.");
        }
    }

    private static void pause(int attempt) throws SecretRefusedException {
        try {
            Thread.sleep(Duration.ofMillis(100L << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    private static SecretRefusedException interrupted() {
        return new SecretRefusedException(
                "could not be read from Vault: interrupted", "Start the service again.");
    }

    private synchronized HttpClient client(VaultAccess vault) throws SecretRefusedException {
        HttpClient existing = client;
        if (existing == null) {
            existing = vault.newClient(timeout);
            client = existing;
        }
        return existing;
    }
}
