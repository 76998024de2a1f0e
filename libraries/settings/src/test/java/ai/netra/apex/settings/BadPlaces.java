package ai.netra.apex.settings;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files, references and command lines that cannot be read. */
final class BadPlaces extends BadConfigurations {
    @Override
    void rows() {
        files();
        environmentFiles();
        references();
        commandLine();
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

    private void reference(String name, String reference, String reason) {
        add(
                "reference: " + name,
                "DEMO_SIGNING_KEY",
                reason,
                f -> f.env("DEMO_SIGNING_KEY_FROM", reference));
    }
}
