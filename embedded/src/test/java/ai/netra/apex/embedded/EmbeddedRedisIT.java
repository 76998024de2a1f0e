package ai.netra.apex.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("NET-1")
class EmbeddedRedisIT {

    @TempDir Path directory;

    @Test
    void wantsItsPassword() throws IOException {
        try (EmbeddedRedis redis = EmbeddedRedis.builder().password("pa\"ss").start()) {
            assertThat(ask(redis, "GET a")).startsWith("-NOAUTH");
            assertThat(ask(redis, "AUTH wrong")).startsWith("-WRONGPASS");
            assertThat(ask(redis, "AUTH \"pa\\\"ss\"")).isEqualTo("+OK");
        }
    }

    @Test
    void keepsDataBetweenStartsAndStopsAServerLeftOver() throws IOException {
        EmbeddedRedis orphan = EmbeddedRedis.builder().dataDirectory(directory).start();
        ProcessIdentity left = orphan.process();
        assertThat(ask(orphan, "XADD events 1-0 text hello")).isEqualTo("$3");
        try (EmbeddedRedis next = EmbeddedRedis.builder().dataDirectory(directory).start()) {
            assertThat(left.isAlive()).isFalse();
            assertThat(ask(next, "XLEN events")).isEqualTo(":1");
        } finally {
            orphan.close();
        }
    }

    @Test
    void comesBackOnItsPortAfterACrash() throws IOException {
        try (EmbeddedRedis redis = EmbeddedRedis.startTemporary()) {
            int port = redis.port();
            redis.kill();
            assertThat(Ports.accepts(port)).isFalse();
            redis.start();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(ask(redis, "PING")).isEqualTo("+PONG");
        }
    }

    private static String ask(EmbeddedRedis redis, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            String line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
            return String.valueOf(line);
        }
    }
}
