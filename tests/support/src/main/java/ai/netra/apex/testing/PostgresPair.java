package ai.netra.apex.testing;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.embedded.EngineException;
import ai.netra.apex.embedded.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A primary and a standby that streams from it: two real servers, to fail over between. The primary
 * can be paused as a machine that is suspended or starved is, and wakes up believing in itself.
 *
 * <p>Used by one thread.
 */
public final class PostgresPair implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String PLACE = "postgres";

    private final EmbeddedPostgres primary;
    private final EmbeddedPostgres standby;
    private List<ProcessIdentity> paused = List.of();

    private PostgresPair(EmbeddedPostgres primary, EmbeddedPostgres standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /**
     * Starts both, and returns once the standby streams.
     *
     * @param home where the standby's data goes
     */
    public static PostgresPair start(Path home) {
        EmbeddedPostgres primary = EmbeddedPostgres.startTemporary();
        try {
            primary.stop();
            copy(primary.home().resolve("data"), home.resolve("data"));
            primary.start();
            Files.createFile(home.resolve("data/standby.signal"));
            Files.writeString(
                    home.resolve("data/postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'%n"
                            .formatted(primary.port(), primary.superuser(), primary.password()));
            EmbeddedPostgres standby =
                    EmbeddedPostgres.builder()
                            .dataDirectory(home)
                            .superuserPassword(primary.password())
                            .start();
            PostgresPair pair = new PostgresPair(primary, standby);
            pair.awaitCaughtUp();
            return pair;
        } catch (IOException | RuntimeException e) {
            primary.close();
            throw e instanceof RuntimeException known
                    ? known
                    : new UncheckedIOException((IOException) e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Process copy =
                new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            if (copy.waitFor() != 0) {
                throw new IOException("cannot copy " + from + " to " + to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while copying " + from, e);
        }
    }

    /** The primary of the first epoch. */
    public EmbeddedPostgres primary() {
        return primary;
    }

    /** The standby, which {@link #promote} makes the primary of the second epoch. */
    public EmbeddedPostgres standby() {
        return standby;
    }

    /** Stops every process of the primary in its tracks ({@code SIGSTOP}). */
    public void pausePrimary() {
        ProcessIdentity server = primary.process();
        paused =
                Stream.concat(
                                Stream.of(server),
                                server.handle().stream()
                                        .flatMap(ProcessHandle::descendants)
                                        .map(ProcessIdentity::of))
                        .toList();
        paused.forEach(process -> process.signal("STOP"));
    }

    /** Lets a paused primary run on, with everything it had in hand. */
    public void resumePrimary() {
        paused.forEach(process -> process.signal("CONT"));
        paused = List.of();
    }

    /** Makes the standby a primary, and returns when it is one. */
    public void promote() {
        standby.execute(PLACE, "SELECT pg_promote(true, 60)");
    }

    /** Cuts the standby off from the primary's log: what is written from now on, it never gets. */
    public void stopReplication() {
        standby.execute(PLACE, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
        await(standby, "SELECT count(*) = 0 FROM pg_stat_wal_receiver");
    }

    /** Waits until the standby has replayed all that the primary has written. */
    public void awaitCaughtUp() {
        await(
                primary,
                "SELECT count(*) > 0 AND bool_and(replay_lsn = pg_current_wal_lsn())"
                        + " FROM pg_stat_replication");
    }

    private static void await(EmbeddedPostgres server, String question) {
        long end = System.nanoTime() + LIMIT.toNanos();
        try (Connection connection = server.connect(PLACE);
                Statement statement = connection.createStatement()) {
            while (!yes(statement, question)) {
                if (System.nanoTime() > end) {
                    throw new EngineException("Not within " + LIMIT + ": " + question);
                }
                LockSupport.parkNanos(10_000_000);
            }
        } catch (SQLException e) {
            throw new EngineException("Cannot ask: " + question, e);
        }
    }

    private static boolean yes(Statement statement, String question) throws SQLException {
        try (ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }

    @Override
    public void close() {
        resumePrimary();
        try {
            standby.close();
        } finally {
            primary.close();
        }
    }
}
