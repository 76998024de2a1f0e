package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.SecretStore;
import java.time.Duration;

/** The key by which the backend is known to auth: auth knows old and new while it changes. */
record ClientKeyRotation(Site site) implements Rotation {

    private static final String FILE = "auth-private-key";
    private static final String KNOWN = "backend-public-key";
    private static final String PUBLIC_FILE = "backend-auth-private-key.pem";

    /** What was signed with the old key just before has arrived by then, or was given up. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "backend/" + FILE;
    }

    @Override
    public void rotate(Steps steps) {
        SecretStore secrets = site.secrets();
        SecretStore.PemPair pair = secrets.newKeyPair();
        String old = secrets.find("public", PUBLIC_FILE).orElse("");
        steps.step("auth learns the new key");
        secrets.put("auth", KNOWN, old + "\n" + pair.publicPem());
        site.services().reload("auth");
        steps.step("backend signs with it");
        // The public half first: should this be killed here, beginning again makes both anew.
        secrets.put("public", PUBLIC_FILE, old + "\n" + pair.publicPem());
        secrets.put("backend", FILE, pair.privatePem());
        site.services().reload("backend");
        steps.step("auth forgets the old key");
        Waiting.pause(UNDER_WAY);
        secrets.put("auth", KNOWN, pair.publicPem());
        secrets.put("public", PUBLIC_FILE, pair.publicPem());
        site.services().reload("auth");
    }

    @Override
    public boolean rotateAtRest() {
        SecretStore secrets = site.secrets();
        SecretStore.PemPair pair = secrets.newKeyPair();
        secrets.put("auth", KNOWN, pair.publicPem());
        secrets.put("public", PUBLIC_FILE, pair.publicPem());
        secrets.put("backend", FILE, pair.privatePem());
        return true;
    }
}
