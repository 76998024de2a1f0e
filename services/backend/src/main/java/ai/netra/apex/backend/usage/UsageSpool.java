package ai.netra.apex.backend.usage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines on disk until they are delivered: one open segment that grows, and sealed ones that wait,
 * oldest first. A line is written before {@link #append} returns, so it survives the process's
 * death; it is forced to the disk by {@link #force}, called each flush, and when its segment is
 * sealed, so that a power failure costs at most one flush. A segment's name ends in its number of
 * lines, so that counting needs no reading.
 *
 * <p>Thread-safe. A directory belongs to one process at a time, by a lock on a file in it.
 */
final class UsageSpool implements AutoCloseable {

    private static final int MOST_DIRECTORIES = 64;
    private static final String OPEN = ".open";
    private static final String SEALED = ".jsonl";

    private final Path directory;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final long maxBytes;
    private final long segmentBytes;
    private long bytes;
    private long lines;
    private @Nullable FileChannel open;
    private @Nullable Path openPath;
    private long openBytes;
    private long openLines;
    private boolean dirty;
    private long sequence;

    private UsageSpool(
            Path directory, FileChannel lockFile, FileLock lock, long maxBytes, long segmentBytes) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
        this.maxBytes = maxBytes;
        this.segmentBytes = segmentBytes;
    }

    /** A sealed segment. */
    record Segment(Path path, long bytes, long lines) {

        /** The same for every delivery of this segment, and for no other. */
        String token() {
            String name = String.valueOf(path.getFileName());
            return name.substring(0, name.length() - SEALED.length());
        }
    }

    /**
     * Opens the first directory under {@code parent} that no other process holds, with what an
     * earlier process left there.
     */
    static UsageSpool open(Path parent, long maxBytes, long segmentBytes) {
        try {
            Files.createDirectories(parent);
            for (int i = 1; i <= MOST_DIRECTORIES; i++) {
                Path directory = Files.createDirectories(parent.resolve("spool-" + i));
                FileChannel file =
                        FileChannel.open(
                                directory.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = tryLock(file);
                if (lock != null) {
                    var spool = new UsageSpool(directory, file, lock, maxBytes, segmentBytes);
                    spool.recover();
                    return spool;
                }
                file.close();
            }
            throw new IOException("every directory under " + parent + " is taken");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The usage buffer in " + parent + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /** Seals what was open when the process before this one ended; half a line at its end goes. */
    private void recover() throws IOException {
        for (Path path : list(OPEN)) {
            try (var file = new RandomAccessFile(path.toFile(), "rw")) {
                byte[] all = new byte[(int) Math.min(Integer.MAX_VALUE - 8, file.length())];
                file.readFully(all);
                int end = all.length;
                while (end > 0 && all[end - 1] != '\n') {
                    end--;
                }
                file.setLength(end);
                long count = 0;
                for (int i = 0; i < end; i++) {
                    count += all[i] == '\n' ? 1 : 0;
                }
                seal(path, count);
            }
        }
        for (Segment segment : sealed()) {
            bytes += segment.bytes();
            lines += segment.lines();
        }
    }

    /**
     * Appends a line.
     *
     * @return false when there is no room for it
     */
    synchronized boolean append(byte[] line) throws IOException {
        if (bytes + line.length > maxBytes) {
            return false;
        }
        if (open == null) {
            // Sorts by time; the random part makes the name good for no other segment anywhere.
            String name =
                    "%015d-%06d-%s"
                            .formatted(
                                    System.currentTimeMillis(),
                                    sequence++ % 1_000_000,
                                    UUID.randomUUID());
            openPath = directory.resolve(name + OPEN);
            open =
                    FileChannel.open(
                            openPath, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        ByteBuffer buffer = ByteBuffer.wrap(line);
        while (buffer.hasRemaining()) {
            open.write(buffer);
        }
        bytes += line.length;
        lines++;
        openBytes += line.length;
        openLines++;
        dirty = true;
        if (openBytes >= segmentBytes) {
            seal();
        }
        return true;
    }

    /** Forces the open segment to the disk. */
    synchronized void force() throws IOException {
        if (dirty && open != null) {
            open.force(false);
            dirty = false;
        }
    }

    /** Lines that wait. */
    synchronized long lines() {
        return lines;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Closes the open segment, forced to the disk, so that it can be delivered. */
    synchronized void seal() throws IOException {
        FileChannel channel = open;
        Path path = openPath;
        if (channel == null || path == null) {
            return;
        }
        channel.force(true);
        channel.close();
        long count = openLines;
        open = null;
        openPath = null;
        openBytes = 0;
        openLines = 0;
        dirty = false;
        seal(path, count);
    }

    private void seal(Path path, long count) throws IOException {
        if (Files.size(path) == 0) {
            Files.delete(path);
            return;
        }
        String name = String.valueOf(path.getFileName());
        Files.move(
                path,
                directory.resolve(
                        name.substring(0, name.length() - OPEN.length()) + "." + count + SEALED));
    }

    /** The sealed segments, oldest first. */
    List<Segment> sealed() throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (Path path : list(SEALED)) {
            String name = String.valueOf(path.getFileName());
            String counted = name.substring(0, name.length() - SEALED.length());
            long count = Long.parseLong(counted.substring(counted.lastIndexOf('.') + 1));
            segments.add(new Segment(path, Files.size(path), count));
        }
        return segments;
    }

    /** A segment was delivered. */
    synchronized void remove(Segment segment) throws IOException {
        if (Files.deleteIfExists(segment.path())) {
            bytes -= segment.bytes();
            lines -= segment.lines();
        }
    }

    /** Puts a segment that ClickHouse will never take aside, for people to look at. */
    synchronized void reject(Segment segment) throws IOException {
        Path aside = Files.createDirectories(directory.resolve("rejected"));
        Files.move(segment.path(), aside.resolve(segment.path().getFileName()));
        bytes -= segment.bytes();
        lines -= segment.lines();
    }

    private List<Path> list(String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(p -> p.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        seal();
        lock.close();
        lockFile.close();
    }
}
