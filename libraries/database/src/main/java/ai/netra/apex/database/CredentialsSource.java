package ai.netra.apex.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the role's name and password come from. It is asked for every physical connection, so a
 * rotated password is used without a restart. Implementations are thread-safe and do not cache for
 * longer than they must.
 */
@FunctionalInterface
public interface CredentialsSource {

    /**
     * The credentials valid now. A runtime exception of it is a refused sign-in, and its message is
     * told: it says what to do and has no secret in it.
     */
    Credentials current();

    /** Credentials that never change. */
    static CredentialsSource of(String user, String password) {
        Credentials fixed = new Credentials(user, password.toCharArray());
        return () -> fixed;
    }

    /**
     * The password from a file, read anew for every physical connection; one trailing line break is
     * not part of it.
     */
    static CredentialsSource file(String user, Path passwordFile) {
        return () -> {
            try {
                CharBuffer text =
                        StandardCharsets.UTF_8.decode(
                                java.nio.ByteBuffer.wrap(Files.readAllBytes(passwordFile)));
                int length = text.length();
                while (length > 0 && "\r\n".indexOf(text.charAt(length - 1)) >= 0) {
                    length--;
                }
                char[] password = new char[length];
                text.get(password);
                return new Credentials(user, password);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the password of database user "
                                + user
                                + " cannot be read from "
                                + passwordFile
                                + " ("
                                + e.getClass().getSimpleName()
                                + "); put it there and let this process read it",
                        e);
            }
        };
    }
}
