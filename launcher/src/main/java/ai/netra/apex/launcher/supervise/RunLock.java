package ai.netra.apex.launcher.supervise;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.ApexHome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held by the one process that supervises an installation; the system frees it when it dies. */
public final class RunLock implements AutoCloseable {

    private final FileChannel channel;
    private final FileLock lock;

    private RunLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock.
     *
     * @throws CliException when another process has it
     */
    public static RunLock take(ApexHome home) {
        Path file = home.run().resolve("lock");
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new CliException(
                        CliException.UNAVAILABLE,
                        "Another ./apex up is at work on " + home.root() + ".");
            }
            return new RunLock(channel, lock);
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
