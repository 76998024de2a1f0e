package ai.netra.apex.launcher.stack;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * How a service tells that it is ready: an address answers 200, and at the first start of the
 * system the answer holds a text besides, {@code first}, which may be empty.
 */
record Readiness(URI address, String first) {

    private static final int CONNECT_MILLIS = 200;
    private static final int ANSWER_MILLIS = 1_000;
    private static final int MAX_ANSWER = 64 * 1024;

    /** Ready once {@code address} answers 200. */
    static Readiness at(URI address) {
        return new Readiness(address, "");
    }

    /** Asks once; {@code isFirst} wants the text too. */
    boolean isGiven(boolean isFirst) {
        return listens() && answers(isFirst ? first : "");
    }

    /** Asked again and again while a service starts, so without what a whole request costs. */
    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.ofLiteral(address.getHost()), address.getPort()),
                    CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean answers(String text) {
        try {
            var connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(ANSWER_MILLIS);
            connection.setReadTimeout(ANSWER_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try {
                if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                    return false;
                }
                try (InputStream body = connection.getInputStream()) {
                    return new String(body.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8)
                            .contains(text);
                }
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false; // too busy to answer, or it has just ended
        }
    }
}
