package ai.netra.apex.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test after which a manager has not back what it lent, and a class that leaves a manager
 * open or a session of one at the server. Registered for every test of this module in {@code
 * META-INF/services}; the published extension is in {@code database-testing}, which this module
 * cannot depend on.
 */
public final class LeakGuard
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Namespace OWN = Namespace.create(LeakGuard.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(OWN).put("class", LeakCheck.begin());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(OWN).put("test", LeakCheck.begin());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try (LeakCheck check = context.getStore(OWN).remove("test", LeakCheck.class)) {
            fail(check.findings(PATIENCE));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        try (LeakCheck check = context.getStore(OWN).remove("class", LeakCheck.class)) {
            List<String> found = new ArrayList<>(check.findings(PATIENCE));
            check.startedAndOpen().forEach(name -> found.add("manager '" + name + "' is open"));
            if (found.isEmpty() && !check.started().isEmpty()) {
                found.addAll(leftAtServer(check.started()));
            }
            fail(found);
        }
    }

    /** A server process ends a moment after its client has gone. */
    private static List<String> leftAtServer(List<String> managers) throws SQLException {
        try (Connection connection = TestServer.raw();
                PreparedStatement ask =
                        connection.prepareStatement(
                                "SELECT pid || ' ' || application_name || ': ' || coalesce(query, '')"
                                        + " FROM pg_stat_activity WHERE application_name = ANY (?)"
                                        + " OR application_name LIKE ANY (?)")) {
            ask.setArray(1, connection.createArrayOf("text", managers.toArray()));
            ask.setArray(
                    2,
                    connection.createArrayOf(
                            "text", managers.stream().map(name -> name + " probe %").toArray()));
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                List<String> left = new ArrayList<>();
                try (ResultSet rows = ask.executeQuery()) {
                    while (rows.next()) {
                        left.add("left at the server: " + rows.getString(1));
                    }
                }
                if (left.isEmpty() || System.nanoTime() - end >= 0) {
                    return left;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static void fail(List<String> found) {
        if (!found.isEmpty()) {
            throw new AssertionError(String.join("\n", found));
        }
    }
}
