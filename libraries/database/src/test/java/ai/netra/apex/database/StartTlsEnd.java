package ai.netra.apex.database;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Somebody between client and server who ends TLS: either takes the client's TLS, with a
 * certificate, and passes everything on in plaintext, or says that there is no TLS and notes what
 * the client sends then.
 */
final class StartTlsEnd implements AutoCloseable {

    private static final int TLS_REQUEST_BYTES = 8;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final @Nullable SSLContext context;
    private final ByteArrayOutputStream overheard = new ByteArrayOutputStream();

    private StartTlsEnd(int target, @Nullable SSLContext context) throws IOException {
        this.target = target;
        this.context = context;
        Thread.ofVirtual().start(this::accept);
    }

    /** Takes TLS with this certificate and key, and talks plaintext to the server at the port. */
    static StartTlsEnd terminating(int target, Path certificate, Path key) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            keys.setKeyEntry(
                    "server",
                    privateKey(key),
                    new char[0],
                    new Certificate[] {
                        CertificateFactory.getInstance("X.509").generateCertificate(in)
                    });
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return new StartTlsEnd(target, context);
    }

    /** Says that there is no TLS. */
    static StartTlsEnd denying() throws IOException {
        return new StartTlsEnd(0, null);
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String body = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Everything the client sent after it had been told that there is no TLS. */
    byte[] overheard() {
        synchronized (overheard) {
            return overheard.toByteArray();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            new DataInputStream(client.getInputStream()).readNBytes(TLS_REQUEST_BYTES);
            if (context == null) {
                client.getOutputStream().write('N');
                listen(client);
                return;
            }
            client.getOutputStream().write('S');
            try (SSLSocket secure =
                            (SSLSocket)
                                    context.getSocketFactory().createSocket(client, null, true);
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                secure.setUseClientMode(false);
                secure.startHandshake();
                Thread back = Thread.ofVirtual().start(() -> pump(server, secure));
                pump(secure, server);
                back.join();
            }
        } catch (IOException e) {
            return; // the client did not like what it saw
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            synchronized (overheard) {
                overheard.write(next);
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            OutputStream out = to.getOutputStream();
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            close(from);
        }
        close(to);
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
