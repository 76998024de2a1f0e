package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.servicekit.RunningService;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The WebSocket's protocol: who is let in, what is understood, and how it ends. */
@Tag("GLD-7")
@Tag("COM-1")
class SocketIT {

    private static RunningService backend;

    @BeforeAll
    static void start() {
        backend = BackendService.start(Parts.platform().config(), ScriptedAgent.class);
    }

    @AfterAll
    static void stop() {
        backend.close();
    }

    private final Api person = Api.person(backend.port());

    @Test
    void readyTellsWhoAndWhichLimits() {
        try (Socket socket = Socket.of(person)) {
            JsonNode ready = socket.await("ready");
            assertThat(ready.path("limits").path("message").path("maxCharacters").asInt())
                    .isEqualTo(32_000);
            assertThat(Instant.parse(ready.path("expiresAt").asString())).isAfter(Instant.now());
            assertThat(ready.path("heartbeatSeconds").asInt()).isEqualTo(20);
        }
    }

    @Test
    void pingIsAnsweredWithItsId() {
        try (Socket socket = Socket.of(person)) {
            socket.send(Map.of("type", "ping", "id", "p-1"));
            assertThat(socket.await("pong").path("id").asString()).isEqualTo("p-1");
        }
    }

    @Test
    void withoutATokenInTimeItIsClosedWith4000() {
        try (Socket socket = Socket.open(backend.port())) {
            Instant opened = Instant.now();
            assertThat(socket.awaitClose()).isEqualTo(4000);
            assertThat(Duration.between(opened, Instant.now()))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(40));
        }
    }

    @Test
    void aFrameBeforeTheTokenIsClosedWith4000() {
        try (Socket socket = Socket.open(backend.port())) {
            socket.send(Map.of("type", "ping"));
            assertThat(socket.awaitClose()).isEqualTo(4000);
        }
    }

    @Test
    void aForgedOrForeignTokenIsClosedWith4000() {
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(LocalAuth.ISSUER)
                        .audience("apex-api")
                        .subject(UUID.randomUUID().toString())
                        .claim("sid", "s")
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build();
        JWTClaimsSet otherAudience = new JWTClaimsSet.Builder(claims).audience("apex-auth").build();
        JWTClaimsSet otherIssuer = new JWTClaimsSet.Builder(claims).issuer("http://evil").build();
        for (String token :
                List.of(
                        Parts.auth().token(claims, true),
                        Parts.auth().token(otherAudience, false),
                        Parts.auth().token(otherIssuer, false),
                        "not.a.token",
                        "eyJhbGciOiJub25lIn0.e30.",
                        "x".repeat(20_000))) {
            try (Socket socket = Socket.open(backend.port())) {
                socket.send(Map.of("type", "authenticate", "token", token));
                assertThat(socket.awaitClose()).isEqualTo(4000);
            }
        }
    }

    @Test
    void anExpiredTokenIsClosedWith4001() {
        String token = Parts.auth().token(UUID.randomUUID(), "s", Duration.ofSeconds(-1));
        try (Socket socket = Socket.open(backend.port())) {
            socket.send(Map.of("type", "authenticate", "token", token));
            assertThat(socket.awaitClose()).isEqualTo(4001);
        }
    }

    @Test
    void aTokenThatEndsClosesWith4001AndANewOneInTimeKeepsItOpen() {
        UUID user = UUID.randomUUID();
        String brief = Parts.auth().token(user, "s", Duration.ofSeconds(3));
        try (Socket ends = Socket.of(new Api(backend.port(), brief));
                Socket stays = Socket.of(new Api(backend.port(), brief))) {
            stays.send(Map.of("type", "authenticate", "token", Parts.auth().token(user)));
            assertThat(ends.awaitClose()).isEqualTo(4001);
            stays.send(Map.of("type", "ping"));
            stays.await("pong");
        }
    }

    @Test
    void anotherPersonsTokenCannotTakeAConnectionOver() {
        try (Socket socket = Socket.of(person)) {
            socket.send(
                    Map.of("type", "authenticate", "token", Parts.auth().token(UUID.randomUUID())));
            assertThat(socket.awaitClose()).isEqualTo(4000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "",
                "[]",
                "\"text\"",
                "{}",
                "{\"type\":\"dance\"}",
                "{\"type\":7}",
                "{\"type\":\"ping\",\"extra\":1}",
                "{\"type\":\"ping\",\"type\":\"ping\"}",
                "{\"type\":\"subscribe\"}",
                "{\"type\":\"subscribe\",\"runId\":\"x\"}",
                "{\"type\":\"subscribe\",\"runId\":\"01a2052c-ad5b-7799-b6a2-e619232bb628\",\"afterSequence\":-1}",
                "{\"type\":\"send_message\",\"content\":\"x\"}",
                "{\"type\":\"ping\"} {\"type\":\"ping\"}"
            })
    @Tag("ERR-9")
    void aFrameThatIsNotOfTheProtocolIsClosedWith4002(String frame) {
        try (Socket socket = Socket.of(person)) {
            socket.raw(frame);
            assertThat(socket.awaitClose()).isEqualTo(4002);
        }
    }

    @Test
    void binaryFramesAreClosedWith4002() {
        try (Socket socket = Socket.of(person)) {
            socket.binary(new byte[] {1, 2, 3});
            assertThat(socket.awaitClose()).isEqualTo(4002);
        }
    }

    @Test
    void aFrameOverTheLimitIsClosedWith1009() {
        try (Socket socket = Socket.of(person)) {
            String frame = "{\"type\":\"ping\",\"id\":\"" + "x".repeat(300_000) + "\"}";
            try {
                socket.raw(frame);
            } catch (RuntimeException e) {
                // The server may hang up while the rest is still on its way.
            }
            assertThat(socket.awaitClose()).isEqualTo(1009);
        }
    }

    @Test
    void tenMegabytesInOneFrameAreClosedWith1009AndNeverHeldInMemory() throws IOException {
        try (var socket = RawWebSocket.open(backend.port())) {
            socket.send(new byte[10 << 20]);
            assertThat(socket.readUntilClose()).isEqualTo(1009);
        }
    }

    @Test
    void textThatIsNoUtf8IsClosedWith1007() throws IOException {
        for (byte[] text :
                List.of(
                        new byte[] {'"', (byte) 0xFF, '"'},
                        // A character cut in half, one written longer than it is, half of a pair.
                        new byte[] {'"', (byte) 0xE2, (byte) 0x82, '"'},
                        new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'},
                        new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'})) {
            try (var socket = RawWebSocket.open(backend.port())) {
                socket.send(text);
                assertThat(socket.readUntilClose()).isEqualTo(1007);
            }
        }
    }

    @Test
    @Tag("ERR-9")
    void aRefusedMessageIsAnErrorFrameAndTheConnectionStays() {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            socket.send(
                    Map.of(
                            "type",
                            "send_message",
                            "threadId",
                            thread,
                            "clientMessageId",
                            "big",
                            "content",
                            "x".repeat(100_000)));
            JsonNode error = socket.await("error");
            assertThat(error.path("clientMessageId").asString()).isEqualTo("big");
            assertThat(error.path("problem").path("code").asString())
                    .isEqualTo("payload_too_large");
            assertThat(error.path("problem").path("detail").asString()).contains("32000");
            socket.send(Map.of("type", "ping"));
            socket.await("pong");
        }
    }

    @Test
    void aFloodIsClosedWith4003() {
        try (Socket socket = Socket.of(person)) {
            try {
                for (int i = 0; i < 400; i++) {
                    socket.send(Map.of("type", "ping"));
                }
            } catch (RuntimeException e) {
                // Closed while sending, as it should be.
            }
            assertThat(socket.awaitClose()).isEqualTo(4003);
        }
    }

    @Test
    void aRevokedSessionIsClosedWith4001AndItsTokenRefused() {
        String session = UUID.randomUUID().toString();
        String token = Parts.auth().token(UUID.randomUUID(), session, Duration.ofMinutes(5));
        Api revoked = new Api(backend.port(), token);
        assertThat(revoked.get("/api/threads").status()).isEqualTo(200);
        try (Socket socket = Socket.of(revoked)) {
            Parts.auth().revoke(session);
            assertThat(socket.awaitClose()).isEqualTo(4001);
        }
        assertThat(revoked.get("/api/threads").status()).isEqualTo(401);
    }

    @Test
    void otherDevicesAreToldThatAThreadChanged() {
        try (Socket socket = Socket.of(person)) {
            String thread = person.thread();
            assertThat(
                            socket.await(
                                            f ->
                                                    f.path("type")
                                                            .asString("")
                                                            .equals("thread_changed"),
                                            "thread_changed")
                                    .path("threadId")
                                    .asString())
                    .isEqualTo(thread);
        }
    }
}
