package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * What tells a cluster from the one it was copied of: the system identifier, and the nonce from
 * which salts for unknown users are made. Both are in {@code global/pg_control}, whose end is a
 * CRC-32C of what is before it; the identifier is also in the header of each segment of the log.
 * Only for a cluster that was stopped in good order and is PostgreSQL 18's.
 */
final class ClusterIdentity {

    private static final int CONTROL_VERSION = 1800;
    private static final int VERSION_POSITION = 8;

    /** The structure fits into a disk sector, so that it is written in one piece. */
    private static final int MAX_STRUCTURE = 512;

    /** {@code bool, char[32]}, filled up to a multiple of four, then the checksum. */
    private static final int NONCE_BEFORE_CHECKSUM = 35;

    private static final int NONCE_LENGTH = 32;
    private static final int SEGMENT_IDENTIFIER_POSITION = 24;
    private static final String SEGMENTS = "[0-9A-F]*";
    private static final int MICROSECOND_BITS = 20;
    private static final int RANDOM_BITS = 12;

    private final Path data;
    private final Path control;
    private final SecureRandom random = new SecureRandom();

    private ClusterIdentity(Path data) {
        this.data = data;
        this.control = data.resolve("global/pg_control");
    }

    static ClusterIdentity of(Path data) {
        return new ClusterIdentity(data);
    }

    /**
     * Gives the cluster a new identifier, made as {@code initdb} makes it (seconds, microseconds,
     * and some more bits, random here), and a new nonce.
     *
     * @throws IOException also when a file is not what is expected; the cluster is of no use then
     */
    void renew() throws IOException {
        ByteBuffer content =
                ByteBuffer.wrap(Files.readAllBytes(control)).order(ByteOrder.nativeOrder());
        int checksum = checksumPosition(content);
        if (content.getInt(VERSION_POSITION) != CONTROL_VERSION) {
            throw new IOException(
                    control + " is of another version of PostgreSQL, which is not known here.");
        }
        long old = content.getLong(0);
        long number = newNumber();
        content.putLong(0, number);
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        content.put(checksum - NONCE_BEFORE_CHECKSUM, nonce);
        content.putInt(checksum, checksumOf(content, checksum));
        try (DirectoryStream<Path> segments =
                Files.newDirectoryStream(data.resolve("pg_wal"), SEGMENTS)) {
            for (Path segment : segments) {
                renewSegment(segment, old, number);
            }
        }
        Files.write(control, content.array(), StandardOpenOption.WRITE);
    }

    private static void renewSegment(Path segment, long old, long number) throws IOException {
        try (FileChannel file =
                FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer identifier = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            if (file.read(identifier, SEGMENT_IDENTIFIER_POSITION) != Long.BYTES
                    || identifier.getLong(0) != old) {
                throw new IOException(segment + " does not belong to the cluster it lies in.");
            }
            file.write(identifier.clear().putLong(number).flip(), SEGMENT_IDENTIFIER_POSITION);
        }
    }

    private long newNumber() {
        Instant now = Instant.now();
        return now.getEpochSecond() << (MICROSECOND_BITS + RANDOM_BITS)
                | (now.getNano() / 1_000L) << RANDOM_BITS
                | random.nextInt(1 << RANDOM_BITS);
    }

    /** Found by its value, which also says that the file is whole. */
    private int checksumPosition(ByteBuffer content) throws IOException {
        int end = Math.min(MAX_STRUCTURE, content.limit()) - Integer.BYTES;
        for (int position = NONCE_LENGTH + Long.BYTES; position <= end; position += Integer.BYTES) {
            if (content.getInt(position) == checksumOf(content, position)) {
                return position;
            }
        }
        throw new IOException(control + " is no control file of PostgreSQL, or is damaged.");
    }

    private static int checksumOf(ByteBuffer content, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content.slice(0, length));
        return (int) checksum.getValue();
    }
}
