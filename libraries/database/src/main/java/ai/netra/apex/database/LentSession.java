package ai.netra.apex.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A connection on loan; its slot is given back exactly once. */
final class LentSession implements Session {

    private final Connection inner;
    private final Connection handle;
    private final SessionInfo info;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    LentSession(Connection inner, SessionInfo info, Runnable release) {
        this.inner = inner;
        this.info = info;
        this.release = release;
        this.handle =
                (Connection)
                        Proxy.newProxyInstance(
                                LentSession.class.getClassLoader(),
                                new Class<?>[] {Connection.class},
                                (proxy, method, arguments) -> {
                                    if (method.getName().equals("close")) {
                                        end();
                                        return null;
                                    }
                                    try {
                                        return method.invoke(inner, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
    }

    private void end() throws SQLException {
        if (closed.compareAndSet(false, true)) {
            try {
                if (!inner.isClosed() && !inner.getAutoCommit()) {
                    inner.rollback();
                }
                inner.close();
            } finally {
                release.run();
            }
        }
    }

    @Override
    public Connection connection() {
        return handle;
    }

    @Override
    public SessionInfo info() {
        return info;
    }

    @Override
    public @Nullable Long epoch() {
        return null;
    }

    @Override
    public void close() {
        try {
            end();
        } catch (SQLException e) {
            System.getLogger("ai.netra.apex.database").log(System.Logger.Level.WARNING, "close", e);
        }
    }
}
