package ai.netra.apex.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyDual;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.ByteStreamWriter;

/**
 * The driver's way to COPY, behind the fence: each copy is a statement of the borrower and runs as
 * long as it takes, and each step of one that is done by hand is a call.
 */
final class GuardedCopy extends CopyManager {

    /** A whole copy. */
    @FunctionalInterface
    private interface Copying {
        long run() throws SQLException, IOException;
    }

    private final Loan loan;
    private final CopyManager target;
    private final Connection connection;

    /**
     * @param driver the driver's connection
     * @param connection the borrower's
     */
    GuardedCopy(Loan loan, CopyManager target, BaseConnection driver, Connection connection)
            throws SQLException {
        super(driver);
        this.loan = loan;
        this.target = target;
        this.connection = connection;
    }

    private long whole(String sql, Copying copying) throws SQLException, IOException {
        @Nullable IOException[] failed = {null};
        Long count =
                loan.execute(
                        sql,
                        () -> {
                            try {
                                return copying.run();
                            } catch (IOException e) {
                                failed[0] = e;
                                return 0L;
                            }
                        });
        if (failed[0] != null) {
            throw failed[0];
        }
        return Objects.requireNonNull(count);
    }

    private <T> T byHand(String sql, Class<T> type, Loan.Call<T> begin) throws SQLException {
        T begun = Objects.requireNonNull(loan.execute(sql, begin));
        return RareHandle.of(loan, begun, type, connection);
    }

    @Override
    public CopyIn copyIn(String sql) throws SQLException {
        return byHand(sql, CopyIn.class, () -> target.copyIn(sql));
    }

    @Override
    public CopyOut copyOut(String sql) throws SQLException {
        return byHand(sql, CopyOut.class, () -> target.copyOut(sql));
    }

    @Override
    public CopyDual copyDual(String sql) throws SQLException {
        return byHand(sql, CopyDual.class, () -> target.copyDual(sql));
    }

    @Override
    public long copyOut(String sql, Writer to) throws SQLException, IOException {
        return whole(sql, () -> target.copyOut(sql, to));
    }

    @Override
    public long copyOut(String sql, OutputStream to) throws SQLException, IOException {
        return whole(sql, () -> target.copyOut(sql, to));
    }

    @Override
    public long copyIn(String sql, Reader from) throws SQLException, IOException {
        return whole(sql, () -> target.copyIn(sql, from));
    }

    @Override
    public long copyIn(String sql, Reader from, int buffer) throws SQLException, IOException {
        return whole(sql, () -> target.copyIn(sql, from, buffer));
    }

    @Override
    public long copyIn(String sql, InputStream from) throws SQLException, IOException {
        return whole(sql, () -> target.copyIn(sql, from));
    }

    @Override
    public long copyIn(String sql, InputStream from, int buffer) throws SQLException, IOException {
        return whole(sql, () -> target.copyIn(sql, from, buffer));
    }

    @Override
    public long copyIn(String sql, ByteStreamWriter from) throws SQLException, IOException {
        return whole(sql, () -> target.copyIn(sql, from));
    }
}
