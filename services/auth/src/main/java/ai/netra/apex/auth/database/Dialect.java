package ai.netra.apex.auth.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** How a point in time is written and read: the one thing in which the databases differ here. */
enum Dialect {
    /** {@code timestamptz}, to the microsecond. */
    POSTGRESQL {
        @Override
        Object write(Instant time) {
            return time.atOffset(ZoneOffset.UTC);
        }

        @Override
        @Nullable Instant read(ResultSet row, String column) throws SQLException {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
    },
    /** Epoch milliseconds: SQLite has no type for time. */
    SQLITE {
        @Override
        Object write(Instant time) {
            return time.toEpochMilli();
        }

        @Override
        @Nullable Instant read(ResultSet row, String column) throws SQLException {
            long millis = row.getLong(column);
            return row.wasNull() ? null : Instant.ofEpochMilli(millis);
        }
    };

    abstract Object write(Instant time);

    abstract @Nullable Instant read(ResultSet row, String column) throws SQLException;
}
