package ai.netra.apex.auth.session;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A refresh token: the session, its generation, a secret of the family that stays, and a secret of
 * this token that changes with each rotation. The server keeps hashes of both secrets.
 *
 * <p>The family's secret tells a token that was once issued (a replay: end the family) from one
 * that somebody made up with a session id seen elsewhere (a forgery: end nothing).
 *
 * <p>A successor's secret is {@code HMAC-SHA256(salt, secret)} with a random salt that is stored.
 * So whoever presents the immediate predecessor within the grace gets the very same successor
 * again, although it was never stored: the database alone does not yield a token, and neither does
 * an old token alone. Immutable.
 */
final class RefreshToken {

    static final int SALT_BYTES = 32;
    private static final int FAMILY_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final int BYTES = 16 + 4 + FAMILY_BYTES + SECRET_BYTES;
    private static final int CHARS = (BYTES * 4 + 2) / 3;

    private final UUID session;
    private final int generation;
    private final byte[] family;
    private final byte[] secret;

    private RefreshToken(UUID session, int generation, byte[] family, byte[] secret) {
        this.session = session;
        this.generation = generation;
        this.family = family;
        this.secret = secret;
    }

    /** The first token of a new family. */
    static RefreshToken first(UUID session, SecureRandom random) {
        byte[] family = new byte[FAMILY_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(family);
        random.nextBytes(secret);
        return new RefreshToken(session, 1, family, secret);
    }

    /** Reads what a client presents; empty when it has not the form of a token. */
    static Optional<RefreshToken> parse(String text) {
        if (text.length() != CHARS) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        UUID session = new UUID(in.getLong(), in.getLong());
        int generation = in.getInt();
        byte[] family = new byte[FAMILY_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        in.get(family).get(secret);
        return Optional.of(new RefreshToken(session, generation, family, secret));
    }

    /** The token that follows this one under {@code salt}. */
    RefreshToken successor(byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return new RefreshToken(session, generation + 1, family, mac.doFinal(secret));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    UUID session() {
        return session;
    }

    int generation() {
        return generation;
    }

    byte[] familyHash() {
        return sha256(family);
    }

    byte[] hash() {
        return sha256(secret);
    }

    /** The form in which the client keeps it. */
    String reveal() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(session.getMostSignificantBits()).putLong(session.getLeastSignificantBits());
        out.putInt(generation).put(family).put(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
    }

    @Override
    public String toString() {
        return "RefreshToken[session=" + session + ", generation=" + generation + "]";
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
