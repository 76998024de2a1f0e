package ai.netra.apex.database.testing;

import ai.netra.apex.database.LeakCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * {@link LeakCheck} behind every test and every class, without a word in them: JUnit finds it where
 * {@code junit.jupiter.extensions.autodetection.enabled} is {@code true} and this module is on the
 * classpath. A manager that several classes share may stay open; a closed one must have left
 * nothing.
 */
public final class LeakGuard
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Namespace OWN = Namespace.create(LeakGuard.class);

    /** What goes on in the background of a service may hold a session when a test ends. */
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
        end(context, "test");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end(context, "class");
    }

    private static void end(ExtensionContext context, String what) {
        try (LeakCheck check = context.getStore(OWN).remove(what, LeakCheck.class)) {
            if (check == null) {
                throw new IllegalStateException("nothing was begun for this " + what);
            }
            List<String> found = check.findings(PATIENCE);
            if (!found.isEmpty()) {
                throw new AssertionError(String.join("\n", found));
            }
        }
    }
}
