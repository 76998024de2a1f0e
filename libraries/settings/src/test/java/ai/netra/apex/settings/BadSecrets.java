package ai.netra.apex.settings;

import java.util.List;

/** Secrets that are weak, in the open, or readable by others. */
final class BadSecrets extends BadConfigurations {
    @Override
    void rows() {
        secrets();
        secretFiles();
    }

    private void secrets() {
        String key = "DEMO_DATABASE_PASSWORD";
        value(key, "canary-in-the-open", "in the open");
        add(
                "credential in the open, staging",
                key,
                "in the open",
                f -> f.tier("staging").env(key, "canary-x1!"));
        add(
                "credential in the open, test",
                key,
                "in the open",
                f -> f.tier("test").env(key, "canary-x1!"));
        for (String known :
                List.of(
                        "postgres",
                        "changeme",
                        "password",
                        "Password123",
                        "apex",
                        "change-me",
                        "YOUR_API_KEY",
                        "admin1")) {
            add(
                    "known default " + known,
                    key,
                    "well-known default",
                    f -> f.secret("database-password", known));
        }
        add("short", key, "shorter than 12", f -> f.secret("database-password", "canaryX9!"));
        add(
                "few characters",
                key,
                "same few characters",
                f -> f.secret("database-password", "abababababababab"));
        add(
                "a run",
                key,
                "run of consecutive",
                f -> f.secret("database-password", "abcdefghijklmnopqr"));
        add(
                "a run of digits",
                key,
                "run of consecutive",
                f -> f.secret("database-password", "12345678901234567890"));
        add(
                "one character",
                key,
                "same few characters",
                f -> f.secret("database-password", "x".repeat(40)));
        add(
                "white space around it",
                key,
                "white space",
                f -> f.secret("database-password", " canary-x1!QwErTy"));
        add("NUL in it", key, "NUL", f -> f.secret("database-password", "canary\0-x1!QwErTy"));
        add(
                "weak in staging",
                key,
                "well-known",
                f -> f.tier("staging").secret("database-password", "secret"));
    }

    private void secretFiles() {
        String key = "DEMO_DATABASE_PASSWORD";
        String name = "database-password";
        for (String mode :
                List.of("rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----", "rw---x---")) {
            add("mode " + mode, key, "open to others", f -> f.secretMode(name, mode));
        }
        for (String mode : List.of("rwxr-x---", "rwxr-xr-x", "rwx--x--x", "rwxrwxrwx")) {
            add(
                    "directory mode " + mode,
                    "DEMO_SECRETS_DIR",
                    "open to others",
                    f -> f.mode(f.secrets, mode));
        }
        add(
                "a mount others can read",
                key,
                "open to others",
                f -> f.env("DEMO_SECRETS_ACCESS", "mount").secretMode(name, "r--r--r--"));
        add("empty file", key, "is empty", f -> f.secret(name, ""));
        add("only a newline", key, "is empty", f -> f.secret(name, "\n"));
        add(
                "binary file",
                key,
                "not text in UTF-8",
                f -> f.secretBytes(name, new byte[] {(byte) 0xff, 1, 2}));
        add("huge file", key, "larger than 64 KiB", f -> f.secret(name, "canary".repeat(20_000)));
        add(
                "misspelt file",
                "DEMO_SECRETS_DIR",
                "no secret of service demo",
                f -> f.secret("databse-password", "x"));
        add(
                "stray file",
                "DEMO_SECRETS_DIR",
                "no secret of service demo",
                f -> f.secret("notes.txt", "x"));
        value("DEMO_SECRETS_DIR", "/nowhere/secrets", "does not exist");
        value("DEMO_SECRETS_DIR", "/etc/passwd", "not a directory");
        value("DEMO_SECRETS_DIR", "secrets", "not an absolute path");
        value("DEMO_SECRETS_ACCESS", "everybody", "not one of");
    }
}
