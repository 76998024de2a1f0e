package ai.netra.apex.edge;

import ai.netra.apex.settings.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server's TLS identity from PEM, as certificate authorities hand it out. */
final class PemTls {
    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemTls() {}

    /**
     * Reads a certificate with its chain, and its key.
     *
     * @throws IOException if a file cannot be read, is not what it should be, or the two do not
     *     belong together; the message is a sentence for an operator and holds nothing secret
     */
    static SSLContext load(Path certificateFile, Secret keyPem) throws IOException {
        try {
            Certificate[] chain = chain(certificateFile);
            PrivateKey key = key(keyPem);
            X509Certificate own = (X509Certificate) chain[0];
            own.checkValidity();
            checkPair(own, key, certificateFile);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] none = new char[0];
            store.setKeyEntry("edge", key, none, chain);
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the certificate " + certificateFile + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        byte[] pem = Files.readAllBytes(file);
        Certificate[] chain =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem))
                        .toArray(Certificate[]::new);
        if (chain.length == 0) {
            throw new IOException("there is no certificate in " + file);
        }
        return chain;
    }

    private static PrivateKey key(Secret text) throws IOException, GeneralSecurityException {
        Matcher pem = PKCS8.matcher(text.reveal());
        if (!pem.find()) {
            throw new IOException(
                    "EDGE_TLS_KEY is no unencrypted PKCS#8 key in PEM: convert it with openssl pkcs8"
                            + " -topk8 -nocrypt");
        }
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        InvalidKeySpecException wrong = null;
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                wrong = e;
            }
        }
        throw new IOException("EDGE_TLS_KEY is neither EC, RSA nor Ed25519", wrong);
    }

    private static void checkPair(X509Certificate own, PrivateKey key, Path certificate)
            throws IOException, GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "Ed25519";
                };
        byte[] text = "netra apex edge".getBytes(StandardCharsets.US_ASCII);
        boolean pair;
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(own.getPublicKey());
            verifier.update(text);
            pair = verifier.verify(signature);
        } catch (java.security.InvalidKeyException | java.security.SignatureException e) {
            pair = false;
        }
        if (!pair) {
            throw new IOException("EDGE_TLS_KEY is not the key of " + certificate);
        }
    }
}
