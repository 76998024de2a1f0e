package ai.netra.apex.launcher.home;

import ai.netra.apex.embedded.PostgresRoles;

/**
 * Which of a service's two roles signs in to its database, and with what: the secret {@code
 * database-login}, {@code role:password}. The roles take turns, so that a new password is given to
 * the one not in use.
 */
public final class DatabaseLogins {

    private static final String FILE = "database-login";

    /** As the secret was called when there was one role; its value is taken over. */
    private static final String FORMER = "database-password";

    private final SecretStore secrets;
    private final String service;
    private final String first;

    /**
     * @param service whose secrets
     * @param first the role whose rights both have; the other is called after it
     */
    public DatabaseLogins(SecretStore secrets, String service, String first) {
        this.secrets = secrets;
        this.service = service;
        this.first = first;
    }

    /** A role with its password. */
    public record Login(String role, String password) {
        @Override
        public String toString() {
            return "Login[" + role + "]";
        }
    }

    /** The login in use; made when there is none. */
    public Login current() {
        String text =
                secrets.find(service, FILE)
                        .orElseGet(
                                () ->
                                        put(
                                                new Login(
                                                        first,
                                                        secrets.find(service, FORMER)
                                                                .orElseGet(
                                                                        secrets::randomPassword))));
        secrets.remove(service, FORMER);
        int colon = text.indexOf(':');
        return new Login(text.substring(0, Math.max(0, colon)), text.substring(colon + 1));
    }

    /** The role whose turn is next. */
    public String idle() {
        return current().role().equals(first) ? deputy() : first;
    }

    private String deputy() {
        return first + "_b";
    }

    /** Has services sign in with {@code login}. */
    public String put(Login login) {
        String text = login.role() + ":" + login.password();
        secrets.put(service, FILE, text);
        return text;
    }

    /** Makes the roles, as the server starts: only the one in use can sign in. */
    public void make(PostgresRoles roles, String database, String owner, String ownerPassword) {
        Login login = current();
        roles.database(database, owner, ownerPassword, first, secrets.randomPassword());
        roles.deputy(first, deputy());
        roles.role(login.role(), login.password());
    }
}
