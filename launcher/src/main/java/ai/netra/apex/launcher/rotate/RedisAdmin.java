package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.CliException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One command to the embedded Redis, in its own protocol. */
final class RedisAdmin {

    private static final int LIMIT_MILLIS = 5_000;

    private RedisAdmin() {}

    /**
     * Signs in and runs a command that answers OK.
     *
     * @throws CliException when Redis says anything else
     */
    static void run(int port, String password, String... command) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            send(socket.getOutputStream(), in, "AUTH", password);
            send(socket.getOutputStream(), in, command);
        } catch (IOException e) {
            throw new CliException(
                    Rotations.TRY_AGAIN, "Redis could not be changed: " + e.getMessage(), e);
        }
    }

    private static void send(OutputStream out, BufferedReader in, String... words)
            throws IOException {
        var text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            int bytes = word.getBytes(StandardCharsets.UTF_8).length;
            text.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
        String answer = in.readLine();
        if (!"+OK".equals(answer)) {
            // Redis repeats nothing of what it was sent in these answers but the command's name.
            throw new IOException("it answered " + (answer == null ? "nothing" : answer));
        }
    }
}
