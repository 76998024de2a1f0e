package ai.netra.apex.launcher.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The ahead-of-time cache of one program (JEP 483, 514). One process at a time records what it
 * loads into a file of its own, which the JVM writes when it ends; the file becomes the cache only
 * when that process had been ready and ended in good order. A build makes it stale.
 *
 * <p>Thread-safe.
 */
final class StartupCache {

    private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    private final Path cache;
    private final Path recording;
    private final AtomicBoolean recorded = new AtomicBoolean();

    StartupCache(Path directory) {
        this.cache = directory.resolve("startup.aot");
        this.recording = directory.resolve("startup-" + ProcessHandle.current().pid() + ".aot");
    }

    /** Flags that use the cache of the build of {@code jar}, or none when there is none. */
    List<String> use(Path jar) {
        return isFresh(jar) ? with("-XX:AOTCache=" + cache) : List.of();
    }

    /** Flags that use the cache, or else record one, unless another process does already. */
    List<String> useOrRecord(Path jar) {
        if (isFresh(jar) || !recorded.compareAndSet(false, true)) {
            return use(jar);
        }
        return with("-XX:AOTCacheOutput=" + recording);
    }

    /** Takes what was recorded, once its process has ended; {@code good} false throws it away. */
    void finish(boolean good) {
        try {
            if (good && Files.exists(recording)) {
                Files.move(
                        recording,
                        cache,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            Files.deleteIfExists(recording);
            Files.deleteIfExists(recording.resolveSibling(recording.getFileName() + ".config"));
        } catch (IOException e) {
            // Only the next start would have been faster: not worth failing a stop.
            System.getLogger(StartupCache.class.getName())
                    .log(System.Logger.Level.DEBUG, "no start-up cache", e);
        }
    }

    private boolean isFresh(Path jar) {
        try {
            return Files.exists(cache)
                    && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar))
                            > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> with(String flag) {
        return List.of(flag, QUIET.get(0), QUIET.get(1));
    }
}
