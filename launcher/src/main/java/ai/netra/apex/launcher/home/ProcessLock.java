package ai.netra.apex.launcher.home;

import ai.netra.apex.launcher.CliException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held by the one process that does something to an installation; the system frees it when that
 * dies.
 */
public final class ProcessLock implements AutoCloseable {

    private final FileChannel channel;
    private final FileLock lock;

    private ProcessLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes a lock.
     *
     * @param name its file
     * @param code the exit code when another process has it
     * @param taken what is said then
     * @throws CliException when another process has it
     */
    public static ProcessLock take(ApexHome home, String name, int code, String taken) {
        Path file = home.run().resolve(name);
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new CliException(code, taken);
            }
            return new ProcessLock(channel, lock);
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE, "The lock " + file + " cannot be taken.", e);
        }
    }

    /** Whether the lock is still ours. */
    public boolean isHeld() {
        return lock.isValid();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
