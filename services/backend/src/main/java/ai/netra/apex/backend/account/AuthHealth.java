package ai.netra.apex.backend.account;

import ai.netra.apex.servicekit.health.DependencyHealth;
import java.io.IOException;

/** Whether auth's feed of revocations can be read. */
final class AuthHealth implements DependencyHealth {

    private final Sessions sessions;

    AuthHealth(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public boolean required() {
        return false;
    }

    @Override
    public String check() throws IOException {
        if (!sessions.reachable()) {
            throw new IOException(sessions.state());
        }
        return sessions.state();
    }
}
