package ai.netra.apex.database;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What calls of the driver's objects return and what leads back to the connection: each becomes one
 * that passes the fence of its loan. Values stay as they are.
 */
final class HandedOut {

    private HandedOut() {}

    /**
     * @param result of a call of the driver
     * @param connection the borrower's, which comes in the place of the driver's
     */
    static @Nullable Object guard(Loan loan, @Nullable Object result, Connection connection) {
        return switch (result) {
            case ResultSet rows -> GuardedRows.of(loan, rows, null);
            case Connection _ -> connection;
            case Array array -> new GuardedArray(loan, array);
            case Blob blob -> RareHandle.of(loan, blob, Blob.class, connection);
            case Clob clob -> RareHandle.of(loan, clob, Clob.class, connection);
            case ResultSetMetaData columns -> GuardedColumns.of(loan, columns, connection);
            case ParameterMetaData parameters ->
                    RareHandle.of(loan, parameters, ParameterMetaData.class, connection);
            case InputStream in -> new Input(loan, in);
            case OutputStream out -> new Output(loan, out);
            case Reader reader -> new Text(loan, reader);
            case null, default -> result;
        };
    }

    /** Work on a stream. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    /** Streams of large objects ask the server: each call is one of the borrower. */
    private static <T> T work(Loan loan, Work<T> work) throws IOException {
        try {
            return Objects.requireNonNull(
                    loan.call(
                            () -> {
                                try {
                                    return work.run();
                                } catch (IOException e) {
                                    throw e.getCause() instanceof SQLException cause
                                            ? cause
                                            : new SQLException(e);
                                }
                            }));
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static final class Input extends FilterInputStream {
        private final Loan loan;

        Input(Loan loan, InputStream in) {
            super(in);
            this.loan = loan;
        }

        @Override
        public int read() throws IOException {
            return work(loan, super::read);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return work(loan, () -> super.read(into, offset, length));
        }

        @Override
        public long skip(long count) throws IOException {
            return work(loan, () -> super.skip(count));
        }

        @Override
        public void close() throws IOException {
            if (!loan.state.over()) {
                work(
                        loan,
                        () -> {
                            super.close();
                            return true;
                        });
            }
        }
    }

    private static final class Output extends FilterOutputStream {
        private final Loan loan;

        Output(Loan loan, OutputStream out) {
            super(out);
            this.loan = loan;
        }

        @Override
        public void write(int value) throws IOException {
            work(
                    loan,
                    () -> {
                        out.write(value);
                        return true;
                    });
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            work(
                    loan,
                    () -> {
                        out.write(from, offset, length);
                        return true;
                    });
        }

        @Override
        public void flush() throws IOException {
            work(
                    loan,
                    () -> {
                        out.flush();
                        return true;
                    });
        }

        /** What is not written yet is written here, so it fails when the session is over. */
        @Override
        public void close() throws IOException {
            work(
                    loan,
                    () -> {
                        out.close();
                        return true;
                    });
        }
    }

    private static final class Text extends FilterReader {
        private final Loan loan;

        Text(Loan loan, Reader in) {
            super(in);
            this.loan = loan;
        }

        @Override
        public int read() throws IOException {
            return work(loan, super::read);
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            return work(loan, () -> super.read(into, offset, length));
        }

        @Override
        public void close() throws IOException {
            if (!loan.state.over()) {
                work(
                        loan,
                        () -> {
                            super.close();
                            return true;
                        });
            }
        }
    }
}
