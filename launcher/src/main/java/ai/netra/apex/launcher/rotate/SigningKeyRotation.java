package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.SecretStore;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key that signs tokens. The new one is published before it signs, so that it is known wherever
 * its first token comes; the public half of the old one is published until its last token has
 * expired. Of the old private half nothing is kept.
 */
record SigningKeyRotation(Site site) implements Rotation {

    private static final String OWNER = "auth";
    private static final String FILE = "signing-key";
    private static final String NEXT = "signing-key-next";
    private static final String PREVIOUS = "signing-key-previous";
    private static final String PUBLIC = "public";
    private static final String PUBLIC_FILE = "auth-signing-key.pem";
    private static final String PUBLIC_NEXT = "auth-signing-key-next.pem";

    /** A backend that meets an unknown key asks for it, but not more often than this. */
    private static final Duration PUBLISHED_BEFORE = Duration.ofSeconds(6);

    /** The longest life of a token, and what clocks may differ. */
    private static final Duration TOKENS = Duration.ofMinutes(16);

    private static final Pattern FORMER =
            Pattern.compile(
                    "# retired (\\S+)\\n(-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----\\n?)");

    @Override
    public String name() {
        return OWNER + "/" + FILE;
    }

    @Override
    public void rotate(Steps steps) {
        SecretStore secrets = site.secrets();
        steps.step("auth publishes the next key");
        if (secrets.find(OWNER, NEXT).isEmpty() || secrets.find(PUBLIC, PUBLIC_NEXT).isEmpty()) {
            SecretStore.PemPair pair = secrets.newKeyPair();
            secrets.put(PUBLIC, PUBLIC_NEXT, pair.publicPem());
            secrets.put(OWNER, NEXT, pair.privatePem());
        }
        site.services().reload(OWNER);
        steps.step("it becomes known");
        Waiting.pause(PUBLISHED_BEFORE);
        steps.step("auth signs with it; the old key's tokens stay good until they expire");
        exchange(secrets);
        site.services().reload(OWNER);
    }

    /** After each of these writes every key with living tokens is published. */
    private static void exchange(SecretStore secrets) {
        String next = secrets.find(OWNER, NEXT).orElseThrow();
        if (!secrets.find(OWNER, FILE).equals(Optional.of(next))) {
            secrets.put(OWNER, PREVIOUS, former(secrets, Instant.now()));
            secrets.put(OWNER, FILE, next);
        }
        secrets.put(PUBLIC, PUBLIC_FILE, secrets.find(PUBLIC, PUBLIC_NEXT).orElseThrow());
        secrets.remove(OWNER, NEXT);
        secrets.remove(PUBLIC, PUBLIC_NEXT);
    }

    /** The key that signed until now, and those before it whose tokens may still live. */
    private static String former(SecretStore secrets, Instant now) {
        var text = new StringBuilder();
        Matcher known = FORMER.matcher(secrets.find(OWNER, PREVIOUS).orElse("") + "\n");
        while (known.find()) {
            if (retiredSince(known.group(1), now).compareTo(TOKENS) < 0) {
                text.append(known.group().strip()).append('\n');
            }
        }
        text.append("# retired ").append(now).append('\n');
        return text.append(secrets.find(PUBLIC, PUBLIC_FILE).orElseThrow()).append('\n').toString();
    }

    private static Duration retiredSince(String time, Instant now) {
        try {
            return Duration.between(Instant.parse(time), now);
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public boolean rotateAtRest() {
        SecretStore secrets = site.secrets();
        SecretStore.PemPair pair = secrets.newKeyPair();
        secrets.put(PUBLIC, PUBLIC_NEXT, pair.publicPem());
        secrets.put(OWNER, NEXT, pair.privatePem());
        exchange(secrets);
        return true;
    }
}
