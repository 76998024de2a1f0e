package ai.netra.apex.bench.chat;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends a GET again and again over connections that stay open, as much as each answers. It does
 * little more than read and write, because it works on the same processors as what it measures.
 */
final class KeepAliveLoad {

    private final int port;
    private final List<byte[]> requests = new ArrayList<>();

    KeepAliveLoad(int port) {
        this.port = port;
    }

    /** One more request to send; the connections take theirs in turn and keep it. */
    KeepAliveLoad get(String path, String token) {
        requests.add(
                ("GET "
                                + path
                                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                + token
                                + "\r\nAccept: application/json\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /**
     * Loads for {@code length} over {@code connections}; returns the milliseconds of each answer.
     */
    double[] run(int connections, Duration length) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        var all = new ArrayList<Double>();
        try (var threads = Executors.newFixedThreadPool(connections)) {
            var clients = new ArrayList<Future<List<Double>>>();
            for (int i = 0; i < connections; i++) {
                byte[] request = requests.get(i % requests.size());
                Callable<List<Double>> client = () -> client(request, end);
                clients.add(threads.submit(client));
            }
            for (Future<List<Double>> client : clients) {
                all.addAll(client.get());
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private List<Double> client(byte[] request, long end) throws IOException {
        var times = new ArrayList<Double>();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            while (System.nanoTime() < end) {
                long from = System.nanoTime();
                socket.getOutputStream().write(request);
                readAnswer(in);
                times.add((System.nanoTime() - from) / 1e6);
            }
        }
        return times;
    }

    private static void readAnswer(InputStream in) throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("answered: " + status);
        }
        int length = -1;
        boolean chunked = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
            chunked |= header.regionMatches(true, 0, "Transfer-Encoding:", 0, 18);
        }
        if (!chunked) {
            in.skipNBytes(Math.max(0, length));
            return;
        }
        for (int size = chunk(in); size > 0; size = chunk(in)) {
            in.skipNBytes(size + 2L);
        }
        line(in);
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended in the middle of an answer");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
