package ai.netra.apex.auth.account;

import ai.netra.apex.auth.database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The SQL of accounts. */
final class AccountStore {

    private static final String COLUMNS =
            "id, email, display_name, roles, password_hash, created_at";

    private AccountStore() {}

    /** Adds the account; false when the address is taken. */
    static boolean insert(Transaction tx, Account account, EmailAddress email) {
        return tx.sql(
                                """
                                insert into account (id, email, email_key, display_name, password_hash,
                                    roles, created_at, updated_at, password_changed_at)
                                values (:id, :email, :key, :name, :hash, :roles, :now, :now, :now)
                                on conflict (email_key) do nothing
                                """)
                        .param("id", account.id())
                        .param("email", email.text())
                        .param("key", email.key())
                        .param("name", account.displayName())
                        .param("hash", account.passwordHash())
                        .param("roles", String.join(" ", account.roles()))
                        .param("now", tx.time(account.createdAt()))
                        .update()
                > 0;
    }

    /** Whether {@code account} is the first this installation ever had; true once, for one. */
    static boolean claimFirst(Transaction tx, UUID account, Instant now) {
        return tx.sql(
                                """
                                insert into first_account (id, account_id, created_at)
                                values (1, :account, :now) on conflict (id) do nothing
                                """)
                        .param("account", account)
                        .param("now", tx.time(now))
                        .update()
                > 0;
    }

    static Optional<Account> byEmail(Transaction tx, String key) {
        return tx.sql("select " + COLUMNS + " from account where email_key = :key")
                .param("key", key)
                .query((row, n) -> read(tx, row))
                .optional();
    }

    static Optional<Account> byId(Transaction tx, UUID id) {
        return tx.sql("select " + COLUMNS + " from account where id = :id")
                .param("id", id)
                .query((row, n) -> read(tx, row))
                .optional();
    }

    /** Notes a sign-in; false when the password is no longer the one that was checked. */
    static boolean loggedIn(Transaction tx, Account checked, String newHash, Instant now) {
        return tx.sql(
                                """
                                update account set last_login_at = :now, password_hash = :new
                                where id = :id and password_hash = :checked
                                """)
                        .param("id", checked.id())
                        .param("checked", checked.passwordHash())
                        .param("new", newHash)
                        .param("now", tx.time(now))
                        .update()
                > 0;
    }

    static void rename(Transaction tx, UUID id, String displayName, Instant now) {
        tx.sql("update account set display_name = :name, updated_at = :now where id = :id")
                .param("id", id)
                .param("name", displayName)
                .param("now", tx.time(now))
                .update();
    }

    /** Replaces the password; false when it is no longer the one that was checked. */
    static boolean changePassword(Transaction tx, Account checked, String newHash, Instant now) {
        return tx.sql(
                                """
                                update account set password_hash = :new, password_changed_at = :now,
                                    updated_at = :now
                                where id = :id and password_hash = :checked
                                """)
                        .param("id", checked.id())
                        .param("checked", checked.passwordHash())
                        .param("new", newHash)
                        .param("now", tx.time(now))
                        .update()
                > 0;
    }

    static void setRoles(Transaction tx, UUID id, Collection<String> roles, Instant now) {
        tx.sql("update account set roles = :roles, updated_at = :now where id = :id")
                .param("id", id)
                .param("roles", String.join(" ", roles))
                .param("now", tx.time(now))
                .update();
    }

    static void delete(Transaction tx, UUID id) {
        tx.sql("delete from account where id = :id").param("id", id).update();
    }

    private static Account read(Transaction tx, ResultSet row) throws SQLException {
        return new Account(
                tx.id(row, "id"),
                row.getString("email"),
                row.getString("display_name"),
                List.of(row.getString("roles").split(" ")),
                row.getString("password_hash"),
                tx.time(row, "created_at"));
    }
}
