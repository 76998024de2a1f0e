package ai.netra.apex.edge;

import java.util.logging.LogManager;

/**
 * The JDK's log manager without its shutdown hook's effect: that hook takes the handlers away the
 * moment a stop begins, and the requests that are still being finished would not be told. Public
 * because the JDK makes it by its name.
 */
public final class EdgeLogManager extends LogManager {
    /** Called by the JDK. */
    public EdgeLogManager() {}

    /** Does nothing: {@link Logs} has set up what is there to stay. */
    @Override
    public void reset() {}
}
