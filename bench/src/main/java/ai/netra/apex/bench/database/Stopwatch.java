package ai.netra.apex.bench.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** Runs work on threads and takes the time of each piece. */
final class Stopwatch {

    /** A piece of work. */
    @FunctionalInterface
    interface Work {
        void run(DataSource source) throws SQLException;
    }

    private Stopwatch() {}

    /** Borrow and give back, nothing else: no byte goes to the server. */
    static void borrow(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            if (connection == null) {
                throw new SQLException("no connection");
            }
        }
    }

    /** One prepared {@code SELECT 1}. */
    static void selectOne(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT 1");
                ResultSet row = statement.executeQuery()) {
            row.next();
        }
    }

    /** Nanoseconds of each of {@code count} pieces by each of {@code threads} platform threads. */
    static double[] times(DataSource source, Work work, int threads, int count) throws Exception {
        double[][] times = new double[threads][count];
        AtomicReference<SQLException> failure = new AtomicReference<>();
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            double[] own = times[t];
            all.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            for (int i = 0; i < own.length; i++) {
                                                long begin = System.nanoTime();
                                                work.run(source);
                                                own[i] = System.nanoTime() - begin;
                                            }
                                        } catch (SQLException e) {
                                            failure.set(e);
                                        }
                                    }));
        }
        for (Thread each : all) {
            each.join();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return Arrays.stream(times).flatMapToDouble(Arrays::stream).toArray();
    }

    /** The middle of some figures. */
    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
