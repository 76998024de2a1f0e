package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.SecretStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The edge's certificate with its key. Between the two writes they are no pair: the edge keeps what
 * it has until they are one.
 *
 * @param file where the certificate is, which is no secret
 */
record CertificateRotation(Site site, Path file, String certificate, String key)
        implements Rotation {

    private static final String OWNER = "edge";
    private static final String FILE = "tls-key";

    @Override
    public String name() {
        return OWNER + "/" + FILE;
    }

    @Override
    public void rotate(Steps steps) {
        String oldCertificate = read();
        String oldKey = site.secrets().find(OWNER, FILE).orElse("");
        rotateAtRest();
        steps.step("edge shows it to new connections");
        try {
            site.services().reload(OWNER);
        } catch (ServiceAdmin.RefusedException e) {
            SecretStore.replace(file, oldCertificate);
            site.secrets().put(OWNER, FILE, oldKey);
            site.services().reload(OWNER);
            throw e;
        }
    }

    @Override
    public boolean rotateAtRest() {
        SecretStore.replace(file, certificate);
        site.secrets().put(OWNER, FILE, key);
        return true;
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CliException(
                    CliException.UNAVAILABLE, "The certificate " + file + " cannot be read.", e);
        }
    }
}
