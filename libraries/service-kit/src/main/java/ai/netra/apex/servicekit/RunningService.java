package ai.netra.apex.servicekit;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A service that accepts requests. Thread-safe. */
public final class RunningService implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    RunningService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** The port it listens on, also when port 0 was asked for. */
    public int port() {
        if (context instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            return web.getWebServer().getPort();
        }
        throw new IllegalStateException("the service has no web server");
    }

    /** The one bean of {@code type}. */
    public <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    /** Drains, then stops. Idempotent. */
    @Override
    public void close() {
        context.close();
    }
}
