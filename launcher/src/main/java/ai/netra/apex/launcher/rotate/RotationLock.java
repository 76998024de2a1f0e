package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.ApexHome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held by the one process that rotates secrets; the system frees it when that dies. */
public final class RotationLock implements AutoCloseable {

    private final FileChannel channel;

    private RotationLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws CliException when another process has it
     */
    public static RotationLock take(ApexHome home) {
        Path file = home.run().resolve("rotate.lock");
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new CliException(
                        Rotations.TRY_AGAIN, "Another ./apex secrets rotate is at work.");
            }
            return new RotationLock(channel);
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE, "The lock " + file + " cannot be taken.", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
