package ai.netra.apex.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Refuses credentials that anybody would try first. */
final class SecretStrength {
    static final int MIN_LENGTH = 12;
    private static final int MIN_DISTINCT = 5;

    private static final Set<String> KNOWN =
            Set.of(
                    "admin",
                    "administrator",
                    "apex",
                    "changeit",
                    "changeme",
                    "clickhouse",
                    "default",
                    "demo",
                    "dev",
                    "development",
                    "dummy",
                    "example",
                    "fake",
                    "foo",
                    "foobar",
                    "guest",
                    "letmein",
                    "local",
                    "localdev",
                    "master",
                    "mysecret",
                    "netra",
                    "netraapex",
                    "none",
                    "null",
                    "openai",
                    "password",
                    "passw0rd",
                    "placeholder",
                    "postgres",
                    "postgresql",
                    "qwerty",
                    "qwertyuiop",
                    "redacted",
                    "redis",
                    "root",
                    "sample",
                    "secret",
                    "secretkey",
                    "supersecret",
                    "temp",
                    "test",
                    "testing",
                    "tobereplaced",
                    "todo",
                    "user",
                    "welcome",
                    "yourapikey",
                    "yourapikeyhere",
                    "yoursecret",
                    "yoursecrethere",
                    "yourpassword",
                    "skyourapikey",
                    "skyourkeyhere",
                    "sktest",
                    "abcdefghijkl",
                    "abcdefghijklmnop",
                    "insertyourkeyhere",
                    "replaceme",
                    "replacethis",
                    "fixme",
                    "mypassword",
                    "mysecretpassword",
                    "examplepassword",
                    "testpassword",
                    "devpassword",
                    "testsecret",
                    "devsecret",
                    "developmentsecret",
                    "jwtsecret",
                    "jwtsecretkey",
                    "secretpassword",
                    "developmentpassword",
                    "postgrespassword",
                    "adminpassword",
                    "rootpassword");

    private SecretStrength() {}

    /** Why the credential is weak; completes "X …" and does not repeat it. */
    static Optional<String> weakness(String secret) {
        String plain = secret.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        String letters = plain.replaceAll("\\d+$", "");
        if (KNOWN.contains(plain) || KNOWN.contains(letters)) {
            return Optional.of("is a well-known default");
        }
        if (secret.length() < MIN_LENGTH) {
            return Optional.of("is shorter than " + MIN_LENGTH + " characters");
        }
        if (secret.chars().distinct().count() < MIN_DISTINCT) {
            return Optional.of("repeats the same few characters");
        }
        if (isRun(secret)) {
            return Optional.of("is a run of consecutive characters");
        }
        return Optional.empty();
    }

    private static boolean isRun(String secret) {
        int step = secret.charAt(1) - secret.charAt(0);
        if (Math.abs(step) > 1) {
            return false;
        }
        int breaks = 0;
        for (int i = 1; i < secret.length(); i++) {
            if (secret.charAt(i) - secret.charAt(i - 1) != step) {
                breaks++;
            }
        }
        // 12345678901234 has one break, at 9 to 0.
        return breaks <= secret.length() / 8;
    }
}
