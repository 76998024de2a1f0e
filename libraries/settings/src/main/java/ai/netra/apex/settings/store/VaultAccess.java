package ai.netra.apex.settings.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a Vault server.
 *
 * @param address its URL; plain HTTP is for an agent on this machine
 * @param tokenFile holds the token, or with a role the service account's JWT
 * @param kubernetesRole the role to sign in with by Kubernetes auth, null to use the token as it is
 * @param namespace Vault's namespace, null for none
 * @param authorities PEM file of the authorities to trust, null for the JDK's
 */
public record VaultAccess(
        URI address,
        Path tokenFile,
        @Nullable String kubernetesRole,
        @Nullable String namespace,
        @Nullable Path authorities) {

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).header("X-Vault-Request", "true");
        return namespace == null ? request : request.header("X-Vault-Namespace", namespace);
    }

    HttpClient newClient(Duration connectTimeout) throws SecretRefusedException {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(connectTimeout)
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER);
        if (authorities != null) {
            builder.sslContext(trusting(authorities));
        }
        return builder.build();
    }

    private static SSLContext trusting(Path pem) throws SecretRefusedException {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate one :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                number++;
                store.setCertificateEntry("authority-" + number, one);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new SecretRefusedException(
                    "is kept in Vault, and the authorities in " + pem + " cannot be read",
                    "Name a readable PEM file of certificates.");
        }
    }
}
