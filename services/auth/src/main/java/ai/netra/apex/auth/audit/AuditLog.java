package ai.netra.apex.auth.audit;

import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.contracts.UuidV7;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Keeps events in the transaction in which they happen, and counts them once it is committed
 * ({@code apex_auth_events_total}, by kind). Thread-safe.
 */
public final class AuditLog {

    private final UuidV7 ids;
    private final Map<AuthEventKind, Counter> counters = new EnumMap<>(AuthEventKind.class);

    public AuditLog(UuidV7 ids, MeterRegistry metrics) {
        this.ids = ids;
        for (AuthEventKind kind : AuthEventKind.values()) {
            counters.put(
                    kind,
                    Counter.builder("apex.auth.events")
                            .description("What happened to accounts and sessions")
                            .tag("kind", kind.label())
                            .register(metrics));
        }
    }

    /** Adds {@code event} to the transaction. */
    public void record(Transaction tx, AuthEvent event) {
        tx.sql(
                        """
                        insert into auth_event (id, occurred_at, kind, account_id, session_id,
                                                address, correlation_id, detail)
                        values (:id, :at, :kind, :account, :session, :address, :correlation, :detail)
                        """)
                .param("id", ids.next())
                .param("at", tx.time(event.at()))
                .param("kind", event.kind().label())
                .param("account", event.accountId())
                .param("session", event.sessionId())
                .param("address", event.address())
                .param("correlation", event.correlationId())
                .param("detail", event.detail())
                .update();
        Counter counter = counters.get(event.kind());
        if (counter != null) {
            tx.afterCommit(counter::increment);
        }
    }

    /** The newest events of an account, newest first, at most {@code limit}. */
    public List<PastEvent> of(Transaction tx, UUID accountId, int limit) {
        return tx.sql(
                        """
                        select occurred_at, kind, address, detail from auth_event
                        where account_id = :account order by occurred_at desc limit :limit
                        """)
                .param("account", accountId)
                .param("limit", limit)
                .query(
                        (row, n) ->
                                new PastEvent(
                                        tx.time(row, "occurred_at"),
                                        row.getString("kind"),
                                        row.getString("address"),
                                        row.getString("detail")))
                .list();
    }
}
