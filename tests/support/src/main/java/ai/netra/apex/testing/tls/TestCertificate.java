package ai.netra.apex.testing.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key, made on the spot; the JDK can read them but has no way to write one.
 */
public record TestCertificate(
        KeyPair keys, X509Certificate certificate, List<X509Certificate> issuers) {
    private static final String ECDSA_SHA256 = "06082a8648ce3d040302";
    private static final String ALTERNATIVE_NAMES = "0603551d11";
    private static final String CONSTRAINTS = "0603551d13";
    private static final String PURPOSES = "0603551d25";
    private static final String FOR_CLIENTS = "06082b06010505070302";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** What may be unusual about one. */
    public record Wish(
            String subject, List<String> hosts, Duration from, Duration to, boolean forClients) {
        /** For this machine, for two days. */
        public static Wish of(String subject) {
            return new Wish(
                    subject,
                    List.of("localhost", "127.0.0.1"),
                    Duration.ofHours(-1),
                    Duration.ofDays(2),
                    false);
        }

        /** Good from and to these times, counted from now. */
        public Wish between(Duration start, Duration end) {
            return new Wish(subject, hosts, start, end, forClients);
        }

        /** For these hosts, names or addresses, instead. */
        public Wish withHosts(String... names) {
            return new Wish(subject, List.of(names), from, to, forClients);
        }

        /** Not for servers. */
        public Wish onlyForClients() {
            return new Wish(subject, hosts, from, to, true);
        }
    }

    /** One for this machine that nobody else stands for. */
    public static TestCertificate selfSigned(String subject) {
        return make(Wish.of(subject), null);
    }

    /** One that nobody else stands for. */
    public static TestCertificate selfSigned(Wish wish) {
        return make(wish, null);
    }

    /** One that this one stands for. */
    public TestCertificate issue(Wish wish) {
        return make(wish, this);
    }

    private static TestCertificate make(Wish wish, @Nullable TestCertificate issuer) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            byte[] subject = new X500Principal("CN=" + wish.subject()).getEncoded();
            byte[] issuedBy =
                    issuer == null
                            ? subject
                            : issuer.certificate.getSubjectX500Principal().getEncoded();
            byte[] algorithm = der(0x30, hex(ECDSA_SHA256));
            byte[] serial =
                    new BigInteger(63, new SecureRandom()).add(BigInteger.ONE).toByteArray();
            byte[] content =
                    der(
                            0x30,
                            der(0xa0, der(0x02, new byte[] {2})),
                            der(0x02, serial),
                            algorithm,
                            issuedBy,
                            der(0x30, time(wish.from()), time(wish.to())),
                            subject,
                            keys.getPublic().getEncoded(),
                            der(0xa3, der(0x30, extensions(wish))));
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(issuer == null ? keys.getPrivate() : issuer.keys.getPrivate());
            signer.update(content);
            byte[] whole = der(0x30, content, algorithm, der(0x03, new byte[] {0}, signer.sign()));
            var made =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(whole));
            List<X509Certificate> above =
                    issuer == null
                            ? List.of()
                            : Stream.concat(Stream.of(issuer.certificate), issuer.issuers.stream())
                                    .toList();
            return new TestCertificate(keys, made, above);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] extensions(Wish wish) throws IOException {
        var names = new ByteArrayOutputStream();
        for (String host : wish.hosts()) {
            boolean address = Character.isDigit(host.charAt(0));
            names.writeBytes(
                    address
                            ? der(0x87, InetAddress.getByName(host).getAddress())
                            : der(0x82, host.getBytes(StandardCharsets.US_ASCII)));
        }
        var all = new ByteArrayOutputStream();
        if (!wish.hosts().isEmpty()) {
            all.writeBytes(extension(ALTERNATIVE_NAMES, names.toByteArray()));
        }
        all.writeBytes(extension(CONSTRAINTS, der(0x01, new byte[] {-1})));
        if (wish.forClients()) {
            all.writeBytes(extension(PURPOSES, hex(FOR_CLIENTS)));
        }
        return all.toByteArray();
    }

    private static byte[] extension(String id, byte[] content) {
        return der(0x30, hex(id), der(0x04, der(0x30, content)));
    }

    private static byte[] time(Duration fromNow) {
        String text = TIME.format(Instant.now().plus(fromNow));
        return der(0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** Tag, length and content, as DER writes them. */
    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length > 255) {
            all.write(0x82);
            all.write(length >> 8);
        } else if (length > 127) {
            all.write(0x81);
        }
        all.write(length);
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    /** The certificate and its issuers. */
    public String chainPem() {
        return Stream.concat(Stream.of(certificate), issuers.stream())
                .map(TestCertificate::pem)
                .reduce("", String::concat);
    }

    /** One certificate alone. */
    public static String pem(X509Certificate one) {
        try {
            return block("CERTIFICATE", one.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key: PKCS#8. */
    public String keyPem() {
        return block("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** A client's side that believes exactly these. */
    public static SSLContext trusting(TestCertificate... anchors) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            for (TestCertificate anchor : anchors) {
                trust.setCertificateEntry(
                        anchor.certificate.getSerialNumber().toString(), anchor.certificate);
            }
            var managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String block(String name, byte[] der) {
        return "-----BEGIN "
                + name
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + name
                + "-----\n";
    }
}
