package ai.netra.apex.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The table of bad configurations: how each spoils a valid one, the key to be blamed, and words of
 * the reason.
 */
final class BadConfigurations {
    record Bad(String name, String key, String reason, Consumer<ConfigFixture> spoil) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Bad> cases = new ArrayList<>();

    private BadConfigurations() {}

    static List<Bad> all() {
        BadConfigurations table = new BadConfigurations();
        table.missing();
        table.numbers();
        table.durationsAndSizes();
        table.booleansAndEnums();
        table.hosts();
        table.urls();
        table.texts();
        table.contradictions();
        table.tiers();
        table.names();
        table.files();
        table.environmentFiles();
        table.secrets();
        table.secretFiles();
        table.references();
        table.commandLine();
        return table.cases;
    }

    private void add(String name, String key, String reason, Consumer<ConfigFixture> spoil) {
        cases.add(new Bad(name, key, reason, spoil));
    }

    /** One value of one key, set in the environment. */
    private void value(String key, String value, String reason) {
        String shown = value.length() > 40 ? value.substring(0, 40) + "…" : value;
        add(key + "=" + shown.replaceAll("\\p{C}", "?"), key, reason, f -> f.env(key, value));
    }

    private void missing() {
        for (String key : List.of("APEX_TIER", "DEMO_DATABASE_HOSTS", "DEMO_REDIS_URL")) {
            add(key + " missing", key, "not set", f -> f.unset(key));
            value(key, "", "empty");
            value(key, "   ", "empty");
        }
        add(
                "secret missing",
                "DEMO_DATABASE_PASSWORD",
                "required in tier production",
                f -> f.noSecret("database-password"));
        add(
                "secret directory not named",
                "DEMO_DATABASE_PASSWORD",
                "required in tier production",
                f -> f.unset("DEMO_SECRETS_DIR"));
        value("DEMO_PORT", "", "empty");
        value("DEMO_REGION", "\t", "empty");
    }

    private void numbers() {
        for (String bad :
                List.of(
                        "abc", "80a", "8000.5", "0x50", "8,000", "8_000", "1e3", "--5", "٨٠٠٠",
                        "NaN")) {
            value("DEMO_PORT", bad, "not a whole number");
        }
        value("DEMO_PORT", "0", "from 1 to 65535");
        value("DEMO_PORT", "-1", "from 1 to 65535");
        value("DEMO_PORT", "65536", "from 1 to 65535");
        value("DEMO_PORT", "99999999999", "too large");
        value("DEMO_PORT", "99999999999999999999", "not a whole number");
        value("DEMO_PORT", " 8000", "white space");
        value("DEMO_PORT", "8000 ", "white space");
        value("DEMO_PORT", "8000\n", "white space");
        value("DEMO_SEED", "9223372036854775808", "too large");
        value("DEMO_SEED", "one", "not a whole number");
        value("DEMO_SAMPLING", "1.5", "from 0 to 1");
        value("DEMO_SAMPLING", "-0.1", "from 0 to 1");
        value("DEMO_SAMPLING", "half", "not a decimal");
        value("DEMO_SAMPLING", "NaN", "not a decimal");
        value("DEMO_SAMPLING", "Infinity", "not a decimal");
        value("DEMO_SAMPLING", "0,5", "not a decimal");
        value("DEMO_DATABASE_POOL_SIZE", "1", "from 2 to 200");
        value("DEMO_DATABASE_POOL_SIZE", "201", "from 2 to 200");
        value("DEMO_CONNECT_RETRIES", "-1", "from 0 to 20");
        value("DEMO_CONNECT_RETRIES", "21", "from 0 to 20");
        value("DEMO_MANAGEMENT_PORT", "70000", "from 1 to 65535");
    }

    private void durationsAndSizes() {
        value("DEMO_REQUEST_TIMEOUT", "600", "without a unit");
        value("DEMO_REQUEST_TIMEOUT", "600 s", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "600sec", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "600S", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "-600s", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "1.5m", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "forever", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "PT", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "-PT10M", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "P1Y", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "999999999999999d", "to 1h");
        value("DEMO_REQUEST_TIMEOUT", "0s", "from 1s");
        value("DEMO_REQUEST_TIMEOUT", "2h", "to 1h");
        value("DEMO_STATEMENT_TIMEOUT", "99ms", "from 100ms");
        value("DEMO_STATEMENT_TIMEOUT", "11m", "must be from");
        value("DEMO_CONNECT_TIMEOUT", "2m", "must be from");
        value("DEMO_INFRASTRUCTURE_DELAY", "31s", "must be from");
        value("DEMO_BODY_LIMIT", "10", "not a size");
        value("DEMO_BODY_LIMIT", "10M", "no unit");
        value("DEMO_BODY_LIMIT", "10 XB", "no unit");
        value("DEMO_BODY_LIMIT", "-10MB", "not a size");
        value("DEMO_BODY_LIMIT", "1.5MB", "not a size");
        value("DEMO_BODY_LIMIT", "MB", "not a size");
        value("DEMO_BODY_LIMIT", "999999999TiB", "too large");
        value("DEMO_BODY_LIMIT", "1B", "from 1KiB");
        value("DEMO_BODY_LIMIT", "101MiB", "to 100MiB");
    }

    private void booleansAndEnums() {
        for (String bad : List.of("yes", "1", "TRUE", "on", "tru")) {
            value("DEMO_MODELS", bad, "neither true nor false");
        }
        value("APEX_TIER", "prod", "did you mean production");
        value("APEX_TIER", "Production", "did you mean production");
        value("APEX_TIER", "development", "not one of");
        value("APEX_TIER", "local,test", "not one of");
        value("DEMO_DATABASE_SSLMODE", "verify_full", "did you mean verify-full");
        value("DEMO_DATABASE_SSLMODE", "VERIFY-FULL", "did you mean verify-full");
        value("DEMO_DATABASE_SSLMODE", "prefer", "not one of");
    }

    private void hosts() {
        String key = "DEMO_DATABASE_HOSTS";
        value(key, "db1:", "port");
        value(key, "db1:0", "port");
        value(key, "db1:65536", "port");
        value(key, "db1:abc", "port");
        value(key, "db1:5432:1", "IPv6");
        value(key, ":5432", "not a host name");
        value(key, "db_1!:5432", "not a host name");
        value(key, "-db:5432", "not a host name");
        value(key, "db..internal", "not a host name");
        value(key, "256.1.1.1", "not a host name");
        value(key, "10.0.0", "not a host name");
        value(key, "[::1", "bracket");
        value(key, "[::zz]:5432", "not an IPv6");
        value(key, "fe80::1", "IPv6");
        value(key, "postgres://db1:5432", "URL where a host");
        value(key, "db1,", "element 2 is empty");
        value(key, ",db1", "element 1 is empty");
        value(key, "db1,,db2", "element 2 is empty");
        value(key, "db1,db1", "twice");
        value(key, "db1;db2", "not a host name");
        value(key, "db one", "not a host name");
        value(key, "h".repeat(300), "longer than");
    }

    private void urls() {
        String key = "DEMO_WEBHOOK_URL";
        value(key, "example.com/hook", "not a URL");
        value(key, "https://", "not a URL");
        value(key, "https:///hook", "not a URL");
        value(key, "//host/hook", "not a URL");
        value(key, "https://host:99999/", "port");
        value(key, "https://host:0/", "port");
        value(key, "https://ho st/", "not a URL");
        value(key, "https://host/%zz", "not a URL");
        value(key, "https://user:canaryPw@host/", "credentials in it");
        value(key, "https://user@host/", "credentials in it");
        value(key, "https://user:canary pw@host/", "does not belong");
        value(key, "https://host/?token=canary123", "credential among its parameters");
        value(key, "https://host/?a=b&api_key=canary123", "credential among its parameters");
        value(key, "https://host/?PASSWORD=canary123", "credential among its parameters");
    }

    private void texts() {
        value("DEMO_REGION", "EU-west-1", "must be a region");
        value("DEMO_REGION", "eu-west-1\n", "white space");
        value("DEMO_REGION", "eu\u0007-west-1", "control character");
        value("DEMO_REGION", "eu\0-west-1", "NUL");
        value("DEMO_REGION", "e".repeat(70_000), "longer than 64 KiB");
        value("DEMO_DATA_DIR", "relative/path", "not an absolute path");
        value("DEMO_DATA_DIR", "~/apex", "not an absolute path");
        value("DEMO_DATA_DIR", "./apex", "not an absolute path");
    }

    private void contradictions() {
        value("DEMO_MANAGEMENT_PORT", "8000", "same value as DEMO_PORT");
        value("DEMO_DATABASE_SESSIONS_PER_USER", "21", "more than DEMO_DATABASE_POOL_SIZE");
        value("DEMO_STATEMENT_TIMEOUT", "60s", "not shorter than DEMO_POOL_WAIT");
        value("DEMO_STATEMENT_TIMEOUT", "2m", "not shorter than DEMO_POOL_WAIT");
        add(
                "pool wait as long as the request",
                "DEMO_POOL_WAIT",
                "not shorter than DEMO_REQUEST_TIMEOUT",
                f -> f.env("DEMO_REQUEST_TIMEOUT", "60s"));
        add(
                "webhook without its secret",
                "DEMO_WEBHOOK_SECRET",
                "not set although DEMO_WEBHOOK_URL is",
                f -> f.env("DEMO_WEBHOOK_URL", "https://hooks.example.com/x"));
        add(
                "models without a model",
                "DEMO_MODEL_NAME",
                "not set although DEMO_MODELS is true",
                f -> f.env("DEMO_MODELS", "true"));
        add(
                "the same secret twice",
                "DEMO_SIGNING_KEY",
                "same value as DEMO_DATABASE_PASSWORD",
                f -> f.secret("signing-key", "canary-Db7!x9Qw2"));
        add(
                "Vault's token without Vault",
                "DEMO_VAULT_ADDRESS",
                "not set although DEMO_VAULT_TOKEN_FILE is",
                f -> f.env("DEMO_VAULT_TOKEN_FILE", "/run/token"));
        add(
                "Vault without a token",
                "DEMO_VAULT_TOKEN_FILE",
                "not set although DEMO_VAULT_ADDRESS is",
                f -> f.env("DEMO_VAULT_ADDRESS", "https://vault.internal:8200"));
    }

    private void tiers() {
        for (String host :
                List.of("localhost", "127.0.0.1:5432", "127.1.2.3", "[::1]:5432", "db.localhost")) {
            value("DEMO_DATABASE_HOSTS", host, "loopback");
        }
        value("DEMO_REDIS_URL", "rediss://localhost:6379", "loopback");
        value("DEMO_REDIS_URL", "redis://redis.internal:6379", "use TLS");
        value("DEMO_DATABASE_SSLMODE", "disable", "verify-full");
        value("DEMO_DATABASE_SSLMODE", "require", "verify-full");
        value("DEMO_SECURE_COOKIES", "false", "be true");
        value("DEMO_FAST_TEST", "true", "exists in tier test only");
        add(
                "fast-test mode in staging",
                "DEMO_FAST_TEST",
                "exists in tier test only",
                f -> f.tier("staging").env("DEMO_FAST_TEST", "true"));
        add(
                "fast-test mode in local",
                "DEMO_FAST_TEST",
                "exists in tier test only",
                f -> f.tier("local").env("DEMO_FAST_TEST", "true"));
        add(
                "loopback database in staging",
                "DEMO_DATABASE_HOSTS",
                "loopback",
                f -> f.tier("staging").env("DEMO_DATABASE_HOSTS", "localhost"));
        add(
                "Vault without TLS",
                "DEMO_VAULT_ADDRESS",
                "https",
                f ->
                        f.env("DEMO_VAULT_ADDRESS", "http://vault.internal:8200")
                                .env("DEMO_VAULT_TOKEN_FILE", "/run/token"));
    }

    private void names() {
        for (String key :
                List.of(
                        "DEMO_PROT",
                        "DEMO_DATABASE_HOST",
                        "DEMO_DATABASEHOSTS",
                        "DEMO_Port",
                        "DEMO_",
                        "DEMO_SOMETHING_ELSE_ALTOGETHER")) {
            value(key, "1", "not a key of service demo");
        }
        value("DMEO_DATABASE_HOSTS", "db", "not a key of service demo");
        value("DEM0_DATABASE_HOSTS", "db", "not a key of service demo");
        value("APEX_TEIR", "local", "not a key of service demo");
        value("DEMO_QUERY_TIMEOUT", "30s", "renamed to DEMO_STATEMENT_TIMEOUT");
        value("DEMO_WORKERS", "4", "retired");
        value("DEMO_DATABASE_PASSWORD_FILE", "/run/secrets/x", "not a key of service demo");
    }

    private void files() {
        add("unknown key", "DEMO_PROT", "not a key", f -> f.file("DEMO_PROT=1\n"));
        add("foreign key", "AUTH_PORT", "not a key", f -> f.file("AUTH_PORT=1\n"));
        add("not KEY=VALUE", "--config", "line 2 is not", f -> f.file("\nDEMO_PORT\n"));
        add("YAML", "--config", "line 1 is not", f -> f.file("demo:\n  port: 1\n"));
        add("JSON", "--config", "line 1 is not", f -> f.file("{\"DEMO_PORT\": 1}\n"));
        add("twice", "DEMO_PORT", "again on line 2", f -> f.file("DEMO_PORT=1\nDEMO_PORT=2\n"));
        add("double quote", "DEMO_REGION", "double quote", f -> f.file("DEMO_REGION=\"x\n"));
        add("single quote", "DEMO_REGION", "single quote", f -> f.file("DEMO_REGION='x\n"));
        add(
                "after quote",
                "DEMO_REGION",
                "after its closing",
                f -> f.file("DEMO_REGION=\"x\" y\n"));
        add("escape", "DEMO_REGION", "unknown escape", f -> f.file("DEMO_REGION=\"\\q\"\n"));
        add("empty value", "DEMO_PORT", "empty", f -> f.file("DEMO_PORT=\n"));
        add("bad value", "DEMO_PORT", "not a whole number", f -> f.file("DEMO_PORT=x\n"));
        add("loop", "DEMO_REGION", "refers to itself", f -> f.file("DEMO_REGION=${DEMO_REGION}\n"));
        add(
                "long loop",
                "DEMO_REGION",
                "refers to itself",
                f ->
                        f.file(
                                """
                                DEMO_REGION=${DEMO_MODEL_NAME}
                                DEMO_MODEL_NAME=x${DEMO_DATA_DIR}
                                DEMO_DATA_DIR=/${DEMO_REGION}
                                """));
        add("dangling", "DEMO_REGION", "does not set", f -> f.file("DEMO_REGION=${DEMO_NONE}\n"));
        add("open reference", "DEMO_REGION", "does not close", f -> f.file("DEMO_REGION=${X\n"));
        add(
                "references that double",
                "DEMO_REGION",
                "grows beyond",
                f -> {
                    StringBuilder text = new StringBuilder("A0=xxxxxxxxxx\n");
                    for (int i = 1; i < 40; i++) {
                        text.append("A%d=${A%d}${A%d}\n".formatted(i, i - 1, i - 1));
                    }
                    f.file(text + "DEMO_REGION=${A39}\n");
                });
        add(
                "secret in it",
                "DEMO_SIGNING_KEY",
                "in the open",
                f -> f.file("DEMO_SIGNING_KEY=canary1!xyzXYZ\n"));
        add(
                "names itself",
                "DEMO_CONFIG_FILE",
                "inside the very file",
                f -> f.file("DEMO_CONFIG_FILE=/x\n"));
        add(
                "does not exist",
                "--config",
                "does not exist",
                f -> f.argument("--config", f.directory.resolve("none.conf").toString()));
        add(
                "is a directory",
                "--config",
                "directory",
                f -> f.argument("--config", f.directory.toString()));
        add("empty", "--config", "is empty", f -> f.file(""));
        add("too large", "--config", "larger than 1 MiB", f -> f.file("#".repeat(1_100_000)));
        add(
                "not UTF-8",
                "--config",
                "not text in UTF-8",
                f -> {
                    Path file = f.directory.resolve("latin.conf");
                    try {
                        Files.write(file, new byte[] {'#', (byte) 0xe4, '\n'});
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    f.argument("--config", file.toString());
                });
        add(
                "named in the environment, missing",
                "DEMO_CONFIG_FILE",
                "does not exist",
                f -> f.env("DEMO_CONFIG_FILE", "/nowhere/demo.conf"));
        value("DEMO_CONFIG_FILE", "relative.conf", "not an absolute path");
    }

    private void environmentFiles() {
        add(
                "env file: bad value",
                "DEMO_PORT",
                "whole number",
                f -> f.environmentFile("DEMO_PORT=x\n"));
        add(
                "env file: unknown key",
                "DEMO_PROT",
                "not a key",
                f -> f.environmentFile("DEMO_PROT=1\n"));
        add(
                "env file: twice",
                "DEMO_REDIS_URL",
                "again on line",
                f -> f.environmentFile("DEMO_REDIS_URL=rediss://r\n"));
        add(
                "env file: not KEY=VALUE",
                "--env-file",
                "is not KEY=VALUE",
                f -> f.environmentFile("hello\n"));
        add(
                "env file: a secret in it",
                "DEMO_SIGNING_KEY",
                "in the open",
                f -> f.environmentFile("DEMO_SIGNING_KEY=canary1!xyzXYZ\n"));
        add(
                "env file: missing",
                "--env-file",
                "does not exist",
                f -> f.argument("--env-file", "/nowhere/x.env"));
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

    private void references() {
        String from = "DEMO_SIGNING_KEY_FROM";
        String key = "DEMO_SIGNING_KEY";
        reference("no scheme", "/run/secrets/x", "without a scheme");
        reference("unknown scheme", "keychain:x", "whose scheme no store has");
        reference("not a URI", "file:/a b", "not a URI");
        reference("relative file", "file:secrets/x", "without an absolute path");
        reference("missing file", "file:/nowhere/x", "does not exist");
        reference("a directory", "file:/etc", "not a regular file");
        reference(
                "systemd without systemd",
                "systemd:signing-key",
                "CREDENTIALS_DIRECTORY is not set");
        reference(
                "systemd outside its directory",
                "systemd:../../etc/shadow",
                "not a credential's name");
        reference("Vault without Vault", "vault:secret/demo#key", "no address of Vault");
        reference("Vault without a field", "vault:secret/demo", "without mount, path and field");
        reference("Vault without a path", "vault:secret#key", "without mount, path and field");
        reference(
                "Vault out of its path",
                "vault:secret/../sys/mounts#key",
                "without mount, path and field");
        add(
                "a reference beside the file",
                "DEMO_DATABASE_PASSWORD_FROM",
                "contradicts the secret's file",
                f -> f.env("DEMO_DATABASE_PASSWORD_FROM", "file:/etc/hostname"));
        add(
                "a reference to a weak secret",
                key,
                "well-known",
                f -> {
                    Path weak = f.write("weak", "changeme");
                    f.mode(weak, "rw-------").env(from, weak.toUri().toString());
                });
        add(
                "a reference to an open file",
                key,
                "open to others",
                f -> {
                    Path open = f.write("open", "canary-x1!QwErTy");
                    f.mode(open, "rw-r--r--").env(from, open.toUri().toString());
                });
        value("DEMO_PORT_FROM", "file:/etc/hostname", "not a key of service demo");
    }

    private void reference(String name, String reference, String reason) {
        add(
                "reference: " + name,
                "DEMO_SIGNING_KEY",
                reason,
                f -> f.env("DEMO_SIGNING_KEY_FROM", reference));
    }

    private void commandLine() {
        add(
                "--set: bad value",
                "DEMO_PORT",
                "whole number",
                f -> f.argument("--set", "DEMO_PORT=x"));
        add(
                "--set: unknown key",
                "DEMO_PROT",
                "not a key",
                f -> f.argument("--set", "DEMO_PROT=1"));
        add("--set: foreign key", "PATH", "not a key", f -> f.argument("--set", "PATH=/x"));
        add("--set: empty", "DEMO_PORT", "empty", f -> f.argument("--set", "DEMO_PORT="));
        add(
                "--set: a secret",
                "DEMO_SIGNING_KEY",
                "command line",
                f -> f.argument("--set", "DEMO_SIGNING_KEY=canary-x1!QwErTy"));
        add(
                "--set: a secret, even in local",
                "DEMO_SIGNING_KEY",
                "command line",
                f -> f.tier("local").argument("--set", "DEMO_SIGNING_KEY=canary-x1!QwErTy"));
    }
}
