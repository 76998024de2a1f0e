package ai.netra.apex.edge;

import ai.netra.apex.settings.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Who the server proves to be: a certificate's chain with its key. Equal when both are.
 *
 * @param chain the server's own certificate, then those of its issuers
 * @param key the key of the first of them
 */
record TlsIdentity(CertificateChain chain, PrivateKey key) {

    /**
     * Reads both from PEM.
     *
     * @throws IllegalArgumentException if one cannot be read, or the two are no pair; the message
     *     holds nothing secret
     */
    static TlsIdentity of(String certificates, Secret key) {
        CertificateChain chain = CertificateChain.parse(certificates);
        PrivateKey own = PemKey.parse(key.reveal());
        if (!PemKey.isPair(own, chain.own().getPublicKey())) {
            throw new IllegalArgumentException("the key is not that of the certificate");
        }
        return new TlsIdentity(chain, own);
    }

    /** What new connections are secured with. */
    SSLContext context() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            char[] none = new char[0];
            store.load(null, null);
            store.setKeyEntry("edge", key, none, chain.array());
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalArgumentException("the certificate cannot be used with its key", e);
        }
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + chain.own().getSubjectX500Principal() + "]";
    }
}
