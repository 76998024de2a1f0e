package ai.netra.apex.embedded.clickhouse;

import com.clickhouse.data.ClickHouseCityHash;
import com.github.luben.zstd.Zstd;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Factory;

/**
 * Reads ClickHouse's compressed blocks: a CityHash128 of all that follows (16 bytes), the method (1
 * byte), the block's size with this header (4), the size of its contents (4), the compressed
 * contents; numbers little-endian. Methods: none, LZ4, ZSTD. Not thread-safe.
 */
// "deprecation": the hash of the first generation of the client; the second keeps its own to
// itself.
@SuppressWarnings("deprecation")
final class BlockInputStream extends InputStream {

    private static final int CHECKSUM_BYTES = 16;
    private static final int HEADER_BYTES = 9;
    private static final int MAX_BLOCK_BYTES = 64 << 20;
    private static final int NONE = 0x02;
    private static final int LZ4 = 0x82;
    private static final int ZSTD = 0x90;

    private final InputStream in;
    private byte[] block = new byte[0];
    private int at;

    BlockInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return fill() ? block[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, block.length - at);
        System.arraycopy(block, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean fill() throws IOException {
        while (at == block.length) {
            byte[] head = in.readNBytes(CHECKSUM_BYTES + HEADER_BYTES);
            if (head.length == 0) {
                return false;
            }
            if (head.length < CHECKSUM_BYTES + HEADER_BYTES) {
                throw new EOFException("A compressed block ends in its header.");
            }
            block = readBlock(ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN));
            at = 0;
        }
        return true;
    }

    private byte[] readBlock(ByteBuffer head) throws IOException {
        int method = head.get(CHECKSUM_BYTES) & 0xff;
        int size = head.getInt(CHECKSUM_BYTES + 1);
        int contents = head.getInt(CHECKSUM_BYTES + 5);
        if (size < HEADER_BYTES
                || size > MAX_BLOCK_BYTES
                || contents < 0
                || contents > MAX_BLOCK_BYTES) {
            throw new IOException(
                    "A compressed block names impossible sizes: " + size + ", " + contents + ".");
        }
        byte[] compressed = new byte[size];
        head.get(CHECKSUM_BYTES, compressed, 0, HEADER_BYTES);
        if (in.readNBytes(compressed, HEADER_BYTES, size - HEADER_BYTES) < size - HEADER_BYTES) {
            throw new EOFException("A compressed block is cut short.");
        }
        long[] checksum = ClickHouseCityHash.cityHash128(compressed, 0, size);
        if (checksum[0] != head.getLong(0) || checksum[1] != head.getLong(8)) {
            throw new IOException("A compressed block's checksum does not match.");
        }
        return decompress(method, compressed, contents);
    }

    private static byte[] decompress(int method, byte[] compressed, int size) throws IOException {
        byte[] plain = new byte[size];
        int length = compressed.length - HEADER_BYTES;
        switch (method) {
            case NONE ->
                    System.arraycopy(compressed, HEADER_BYTES, plain, 0, Math.min(size, length));
            case LZ4 ->
                    LZ4Factory.fastestInstance()
                            .safeDecompressor()
                            .decompress(compressed, HEADER_BYTES, length, plain, 0, size);
            case ZSTD -> {
                long got =
                        Zstd.decompressByteArray(plain, 0, size, compressed, HEADER_BYTES, length);
                if (Zstd.isError(got)) {
                    throw new IOException(
                            "A compressed block cannot be read: " + Zstd.getErrorName(got));
                }
            }
            default -> throw new IOException("Unknown compression method " + method + ".");
        }
        return plain;
    }
}
