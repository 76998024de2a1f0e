package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.SecretStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Redis lets a user have two passwords: the new one is added, taken everywhere, the old removed.
 */
record RedisRotation(Site site) implements Rotation {

    private static final String FILE = "redis-password";

    @Override
    public String name() {
        return "backend/" + FILE;
    }

    @Override
    public void rotate(Steps steps) {
        SecretStore secrets = site.secrets();
        String old = secrets.password("backend", FILE);
        String next = secrets.randomPassword();
        int port = site.ports().redis();
        steps.step("Redis takes a second password");
        // What a killed rotation left is removed with it: the files know one password.
        RedisAdmin.run(
                port,
                old,
                "ACL",
                "SETUSER",
                "default",
                "resetpass",
                hash("#", old),
                hash("#", next));
        secrets.put("backend", FILE, next);
        steps.step("backend signs in with it");
        try {
            site.services().reload("backend");
        } catch (ServiceAdmin.RefusedException e) {
            secrets.put("backend", FILE, old);
            throw e;
        }
        steps.step("Redis forgets the old one");
        RedisAdmin.run(port, next, "ACL", "SETUSER", "default", hash("!", old));
    }

    /** Redis takes hashes too: its log and what watches its commands see no password. */
    private static String hash(String sign, String password) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(password.getBytes(StandardCharsets.UTF_8));
            return sign + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean rotateAtRest() {
        site.secrets().put("backend", FILE, site.secrets().randomPassword());
        return true;
    }
}
