package ai.netra.apex.database;

import java.util.Arrays;

/**
 * A role's name and password. The password is never part of {@link #toString()}, a URL or a
 * message. Immutable.
 */
public final class Credentials {

    private final String user;
    private final char[] password;

    /**
     * @param user the role to sign in as
     * @param password its password, copied; empty where the server asks for none
     */
    public Credentials(String user, char[] password) {
        if (user.isBlank()) {
            throw new IllegalArgumentException("a database user is needed");
        }
        this.user = user;
        this.password = password.clone();
    }

    /** The role to sign in as. */
    public String user() {
        return user;
    }

    /** A copy of the password: the caller may wipe it. */
    public char[] password() {
        return password.clone();
    }

    @Override
    public String toString() {
        return "Credentials[user=" + user + ", password=***]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that
                && user.equals(that.user)
                && Arrays.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return user.hashCode();
    }
}
