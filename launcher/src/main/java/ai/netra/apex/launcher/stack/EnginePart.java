package ai.netra.apex.launcher.stack;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.embedded.EmbeddedRedis;
import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.supervise.Part;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A part that is an embedded engine. */
final class EnginePart<E extends AutoCloseable> implements Part {

    private final String name;
    private final int port;
    private final Function<Consumer<ProcessIdentity>, E> first;
    private final Consumer<E> again;
    private final Function<E, ProcessIdentity> identity;
    private volatile @Nullable E engine;
    private volatile Consumer<ProcessIdentity> listener = process -> {};

    private EnginePart(
            String name,
            int port,
            Function<Consumer<ProcessIdentity>, E> first,
            Consumer<E> again,
            Function<E, ProcessIdentity> identity) {
        this.name = name;
        this.port = port;
        this.first = first;
        this.again = again;
        this.identity = identity;
    }

    /**
     * PostgreSQL; {@code prepare} makes databases and roles after each start and may be repeated.
     */
    static Part postgres(
            String name,
            EmbeddedPostgres.Builder builder,
            int port,
            Consumer<EmbeddedPostgres> prepare) {
        return new EnginePart<>(
                name,
                port,
                spawned -> {
                    EmbeddedPostgres postgres = builder.port(port).onSpawn(spawned).start();
                    prepare.accept(postgres);
                    return postgres;
                },
                EmbeddedPostgres::restart,
                EmbeddedPostgres::process);
    }

    static Part redis(String name, EmbeddedRedis.Builder builder, int port) {
        return new EnginePart<>(
                name,
                port,
                spawned -> builder.port(port).onSpawn(spawned).start(),
                EmbeddedRedis::restart,
                EmbeddedRedis::process);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> needs() {
        return List.of();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start(Consumer<ProcessIdentity> spawned) {
        listener = spawned;
        E known = engine;
        if (known == null) {
            engine = first.apply(process -> listener.accept(process));
        } else {
            again.accept(known);
        }
    }

    @Override
    public Optional<ProcessIdentity> process() {
        return Optional.ofNullable(engine).map(identity);
    }

    @Override
    public void stop(Duration grace) {
        E known = engine;
        engine = null;
        if (known != null) {
            close(known);
        }
    }

    private static void close(AutoCloseable engine) {
        try {
            engine.close();
        } catch (Exception e) {
            throw new IllegalStateException("an engine could not be stopped: " + e.getMessage(), e);
        }
    }
}
