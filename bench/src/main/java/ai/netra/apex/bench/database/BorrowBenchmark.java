package ai.netra.apex.bench.database;

import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Borrowing and giving back, where the driver stands still: neither way sends a byte to the server,
 * so that what is measured is the guarding alone. Run by {@link JmhScenario}.
 */
public class BorrowBenchmark {

    /** One pool, as the parameter says. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // set up by JMH before anything else
    public static class Source {

        private static final int POOL = 10;

        /** Whose pool it is. */
        @Param({"guarded", "raw"})
        public String kind;

        private Bed bed;
        private AutoCloseable pool;
        private DataSource source;

        /** Starts a server and fills the pool. */
        @Setup(Level.Trial)
        public void start() {
            bed = new Bed();
            if (kind.equals("guarded")) {
                DatabaseManager db = bed.guarded(POOL, AdmissionPolicy.standard());
                pool = db;
                source = db.asDataSource();
            } else {
                HikariDataSource raw = bed.raw(POOL, 5000);
                pool = raw;
                source = raw;
            }
        }

        /** Stops both. */
        @TearDown(Level.Trial)
        public void stop() throws Exception {
            try {
                pool.close();
            } finally {
                bed.close();
            }
        }
    }

    /** One borrow, one return. */
    @Benchmark
    public Connection borrow(Source from) throws SQLException {
        try (Connection connection = from.source.getConnection()) {
            return connection;
        }
    }
}
