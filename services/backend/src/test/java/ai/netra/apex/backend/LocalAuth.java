package ai.netra.apex.backend;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands where the auth service stands: a process of its own to this service, reached over HTTP. It
 * signs real tokens, publishes its keys and its revocations, and checks who asks.
 */
final class LocalAuth implements AutoCloseable {

    static final String ISSUER = "http://127.0.0.1:8080";

    private final HttpServer server;
    private final ECKey key;
    private final ECKey clientKey;
    private final List<String> revoked = new CopyOnWriteArrayList<>();
    private final Set<String> inactive = ConcurrentHashMap.newKeySet();
    final AtomicInteger validations = new AtomicInteger();
    final AtomicInteger keyRequests = new AtomicInteger();
    final AtomicInteger serviceTokens = new AtomicInteger();

    LocalAuth() {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyID("test-1").generate();
            clientKey = new ECKeyGenerator(Curve.P_256).generate();
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (JOSEException | IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/oauth2/jwks", this::keys);
        server.createContext("/oauth2/token", this::token);
        server.createContext("/auth/validate", this::validate);
        server.createContext("/auth/revocations", this::revocations);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The backend's private key, as it gets it. */
    String clientKeyPem() {
        try {
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(clientKey.toECPrivateKey().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String token(UUID user) {
        return token(user, UUID.randomUUID().toString(), Duration.ofMinutes(15));
    }

    String token(UUID user, String session, Duration life) {
        return sign(
                key,
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience("apex-api")
                        .subject(user.toString())
                        .claim("sid", session)
                        .claim("roles", List.of("user"))
                        .jwtID(UUID.randomUUID().toString())
                        .expirationTime(Date.from(Instant.now().plus(life)))
                        .build());
    }

    /** A token with these claims, signed with the right key or another. */
    String token(JWTClaimsSet claims, boolean forged) {
        try {
            ECKey signer =
                    forged ? new ECKeyGenerator(Curve.P_256).keyID("test-1").generate() : key;
            return sign(signer, claims);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    void revoke(String session) {
        revoked.add(session);
        inactive.add(session);
    }

    /** Ends a session without saying so in the feed. */
    void deactivate(String session) {
        inactive.add(session);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static String sign(ECKey signer, JWTClaimsSet claims) {
        try {
            var jwt =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .keyID(signer.getKeyID())
                                    .build(),
                            claims);
            jwt.sign(new ECDSASigner(signer));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keys(HttpExchange exchange) {
        keyRequests.incrementAndGet();
        answer(exchange, 200, "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}");
    }

    private void token(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String assertion = "";
        for (String pair : form.split("&", -1)) {
            if (pair.startsWith("client_assertion=")) {
                assertion =
                        URLDecoder.decode(
                                pair.substring("client_assertion=".length()),
                                StandardCharsets.UTF_8);
            }
        }
        try {
            SignedJWT jwt = SignedJWT.parse(assertion);
            ECPublicKey publicKey = clientKey.toECPublicKey();
            if (!jwt.verify(new ECDSAVerifier(publicKey))
                    || !jwt.getJWTClaimsSet().getSubject().equals("backend")) {
                answer(exchange, 401, "{\"error\":\"invalid_client\"}");
                return;
            }
        } catch (ParseException | JOSEException e) {
            answer(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        serviceTokens.incrementAndGet();
        answer(
                exchange,
                200,
                "{\"access_token\":\"service\",\"token_type\":\"Bearer\",\"expires_in\":300}");
    }

    private void validate(HttpExchange exchange) throws IOException {
        validations.incrementAndGet();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!isService(exchange)) {
            return;
        }
        boolean active =
                inactive.stream().noneMatch(s -> body.contains(s) || sessionOf(body).equals(s));
        answer(exchange, 200, "{\"active\":" + active + "}");
    }

    private static String sessionOf(String body) {
        try {
            int from = body.indexOf("ey");
            String token = body.substring(from, body.indexOf('"', from));
            return SignedJWT.parse(token).getJWTClaimsSet().getStringClaim("sid");
        } catch (ParseException | RuntimeException e) {
            return "";
        }
    }

    private void revocations(HttpExchange exchange) {
        if (!isService(exchange)) {
            return;
        }
        String query = exchange.getRequestURI().getQuery();
        int since =
                query == null || !query.startsWith("since=")
                        ? 0
                        : Integer.parseInt(query.substring("since=".length()));
        var items = new StringBuilder();
        for (int i = since; i < revoked.size(); i++) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"sessionId\":\"")
                    .append(revoked.get(i))
                    .append("\",\"revokedAt\":\"")
                    .append(Instant.now())
                    .append("\"}");
        }
        answer(
                exchange,
                200,
                "{\"items\":[" + items + "],\"nextCursor\":\"" + revoked.size() + "\"}");
    }

    private static boolean isService(HttpExchange exchange) {
        if ("Bearer service".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return true;
        }
        answer(exchange, 401, "{}");
        return false;
    }

    private static void answer(HttpExchange exchange, int status, String body) {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
