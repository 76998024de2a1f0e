package ai.netra.apex.edge;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real HTTP server to stand behind the edge, in this process or, by {@link #main}, in one of its
 * own that can be killed.
 */
final class TestReplica implements AutoCloseable {
    private final Undertow server;
    private final String name;
    private final Path orders;
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger openSockets = new AtomicInteger();
    final CountDownLatch release = new CountDownLatch(1);
    volatile int readyStatus = 200;

    private TestReplica(int port, String name, Path orders) {
        this.name = name;
        this.orders = orders;
        this.server =
                Undertow.builder()
                        .setIoThreads(2)
                        .setWorkerThreads(64)
                        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 0L)
                        .addHttpListener(port, "127.0.0.1", routes())
                        .build();
        server.start();
    }

    static TestReplica start(String name) {
        return new TestReplica(0, name, Path.of("unused"));
    }

    static TestReplica start(String name, int port) {
        return new TestReplica(port, name, Path.of("unused"));
    }

    /** Arguments: port, name, the file that orders are written to. */
    public static void main(String[] args) throws InterruptedException {
        new TestReplica(Integer.parseInt(args[0]), args[1], Path.of(args[2]));
        Thread.currentThread().join();
    }

    int port() {
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        release.countDown();
        server.stop();
    }

    private HttpHandler routes() {
        HttpHandler sockets =
                new WebSocketProtocolHandshakeHandler(
                        List.of(new Hybi13Handshake(Set.of("apex.v1"), false)),
                        (WebSocketConnectionCallback)
                                (exchange, channel) -> socket(exchange.getQueryString(), channel));
        HttpHandler blocking = new BlockingHandler(this::answer);
        return exchange -> {
            if (!exchange.getRequestPath().equals("/health/ready")) {
                requests.incrementAndGet();
            }
            if (exchange.getRequestPath().equals("/ws")
                    && exchange.getQueryString().equals("refuse")) {
                exchange.setStatusCode(401);
                exchange.endExchange();
            } else if (exchange.getRequestPath().equals("/ws")) {
                sockets.handleRequest(exchange);
            } else {
                blocking.handleRequest(exchange);
            }
        };
    }

    private void answer(HttpServerExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestPath();
        switch (path) {
            case "/health/ready" -> exchange.setStatusCode(readyStatus);
            case "/api/who" ->
                    exchange.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
            case "/api/slow" -> {
                release.await(Long.parseLong(exchange.getQueryString()), TimeUnit.MILLISECONDS);
                exchange.getOutputStream().write("slow".getBytes(StandardCharsets.UTF_8));
            }
            case "/api/wait" -> {
                release.await(30, TimeUnit.SECONDS);
                exchange.getOutputStream().write("released".getBytes(StandardCharsets.UTF_8));
            }
            case "/api/events" -> events(exchange);
            case "/api/json", "/auth/json" -> json(exchange);
            case "/api/cut" -> {
                exchange.setResponseContentLength(1_000);
                exchange.getOutputStream().write(new byte[10]);
                exchange.getOutputStream().flush();
                exchange.getConnection().close();
            }
            case "/api/die" -> exchange.getConnection().close();
            case "/page" -> {
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/html");
                exchange.getResponseHeaders().put(SecurityHeaders.CSP, "default-src 'self'");
                exchange.getResponseHeaders().put(new HttpString("X-Powered-By"), "Test");
                exchange.getOutputStream().write("<p>page".getBytes(StandardCharsets.UTF_8));
            }
            default -> {
                if (path.startsWith("/api/orders/")) {
                    order(exchange, path.substring(12));
                } else {
                    echo(exchange);
                }
            }
        }
    }

    private void order(HttpServerExchange exchange, String id) {
        try {
            Files.writeString(
                    orders, id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        exchange.setStatusCode(201);
    }

    private void events(HttpServerExchange exchange) throws IOException, InterruptedException {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/event-stream");
        OutputStream out = exchange.getOutputStream();
        out.write("id: 1\ndata: first\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        release.await(30, TimeUnit.SECONDS);
        out.write("id: 2\ndata: second\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private static void json(HttpServerExchange exchange) throws IOException {
        int size = Integer.parseInt(exchange.getQueryString());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        byte[] body = ("\"" + "x".repeat(size - 2) + "\"").getBytes(StandardCharsets.UTF_8);
        exchange.setResponseContentLength(body.length);
        exchange.getOutputStream().write(body);
    }

    private void echo(HttpServerExchange exchange) throws IOException {
        int length = exchange.getInputStream().readAllBytes().length;
        var text = new StringBuilder();
        text.append(name).append(' ').append(exchange.getRequestMethod()).append(' ');
        text.append(exchange.getRequestURI()).append(" body=").append(length).append('\n');
        exchange.getRequestHeaders()
                .forEach(
                        values ->
                                values.forEach(
                                        value ->
                                                text.append(values.getHeaderName())
                                                        .append(": ")
                                                        .append(value)
                                                        .append('\n')));
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
        exchange.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void socket(String query, WebSocketChannel channel) {
        openSockets.incrementAndGet();
        channel.addCloseTask(closed -> openSockets.decrementAndGet());
        if (query.startsWith("frames=")) {
            int frames = Integer.parseInt(query.substring(7));
            Thread.ofVirtual().start(() -> send(channel, frames));
        }
        channel.getReceiveSetter()
                .set(
                        new AbstractReceiveListener() {
                            @Override
                            protected void onFullTextMessage(
                                    WebSocketChannel from, BufferedTextMessage message) {
                                WebSockets.sendText(message.getData(), from, null);
                            }
                        });
        channel.resumeReceives();
    }

    private static void send(WebSocketChannel channel, int frames) {
        try {
            for (int i = 0; i < frames; i++) {
                WebSockets.sendTextBlocking("frame " + i, channel);
            }
            WebSockets.sendCloseBlocking(4003, "rate limit", channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
