package ai.netra.apex.launcher.home;

import ai.netra.apex.launcher.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The secret files of an installation: made on the first run, then kept. One directory (0700) per
 * owner, one file (0600) per secret.
 */
public final class SecretStore {

    private static final int PASSWORD_BYTES = 24;
    private static final int PEM_LINE = 64;

    private final Path root;
    private final SecureRandom random = new SecureRandom();

    public SecretStore(ApexHome home) {
        this.root = home.secrets();
    }

    /** The directory of {@code owner}'s secrets; created when it is not there. */
    public Path directory(String owner) {
        Path directory = root.resolve(owner);
        ApexHome.createPrivate(directory);
        return directory;
    }

    /** The random password {@code owner/name}: 192 bits, in characters that need no quoting. */
    public String password(String owner, String name) {
        return value(owner, name, this::randomPassword);
    }

    /** A new random password, written nowhere. */
    public String randomPassword() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * A key pair on P-256: the private key as PKCS#8 PEM in {@code owner/name}, the public one as
     * PEM returned.
     */
    public String keyPair(String owner, String name) {
        Path publicFile = directory("public").resolve(owner + "-" + name + ".pem");
        value(
                owner,
                name,
                () -> {
                    PemPair pair = newKeyPair();
                    replace(publicFile, pair.publicPem());
                    return pair.privatePem();
                });
        return read(publicFile);
    }

    /** A key pair in PEM. */
    public record PemPair(String privatePem, String publicPem) {
        @Override
        public String toString() {
            return "PemPair[" + publicPem + "]";
        }
    }

    /** Puts {@code value} into {@code owner/name}, replacing what is there. */
    public void put(String owner, String name, String value) {
        replace(directory(owner).resolve(name), value);
    }

    /** The secret {@code owner/name}, if it is there. */
    public Optional<String> find(String owner, String name) {
        Path file = directory(owner).resolve(name);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** Takes {@code owner/name} away, if it is there. */
    public void remove(String owner, String name) {
        Path file = directory(owner).resolve(name);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE, "The secret file " + file + " stays.", e);
        }
    }

    private String value(String owner, String name, Supplier<String> first) {
        Path file = directory(owner).resolve(name);
        if (!Files.exists(file)) {
            replace(file, first.get());
        }
        return read(file);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE, "The secret file " + file + " cannot be read.", e);
        }
    }

    /**
     * Writes {@code value} beside {@code file} and renames it: a reader sees the old or the new
     * text, never half of one. Its owner alone can read it.
     */
    public static void replace(Path file, String value) {
        try {
            Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
            Files.deleteIfExists(partial);
            Files.createFile(
                    partial,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(partial, value.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE, "The file " + file + " cannot be written.", e);
        }
    }

    /** A new key pair on P-256, written nowhere. */
    public PemPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new PemPair(
                    pem("PRIVATE KEY", pair.getPrivate().getEncoded()),
                    pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
