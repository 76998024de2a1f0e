package ai.netra.apex.database;

import java.util.Locale;

/**
 * How a connection is encrypted. The driver's {@code allow} and {@code prefer} are missing on
 * purpose: both fall back to plaintext without a word.
 */
public enum SslMode {
    /** Plaintext. For loopback and tests. */
    DISABLE,
    /** Encrypted, but anybody may be at the other end. */
    REQUIRE,
    /** Encrypted, and the certificate comes from a trusted authority. */
    VERIFY_CA,
    /** As {@link #VERIFY_CA}, and the certificate names the host we asked for. */
    VERIFY_FULL;

    /** The driver's spelling: {@code verify-full}. */
    public String parameter() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a session in plaintext must be refused. */
    public boolean encrypted() {
        return this != DISABLE;
    }
}
