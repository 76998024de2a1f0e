package ai.netra.apex.auth.password;

import java.time.Duration;

/**
 * How passwords are hashed (Argon2id), and how much of that at once.
 *
 * @param memoryKib memory of one hash, in KiB; OWASP's minimum is 19 MiB
 * @param iterations passes over that memory
 * @param concurrency hashes computed at the same time
 * @param queue how many more may wait
 * @param patience how long one may wait for its turn
 */
public record PasswordConfig(
        int memoryKib, int iterations, int concurrency, int queue, Duration patience) {}
