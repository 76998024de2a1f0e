package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.home.DatabaseLogins;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.SecretStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Replaces secrets of one installation, one after the other. Used by one thread. */
public final class Rotations {

    /** Exit code of what may go well when it is begun again, from {@code sysexits.h}. */
    public static final int TRY_AGAIN = 75;

    private final Site site;
    private final boolean running;
    private final List<Rotation> own;

    /**
     * @param ports where the parts are
     * @param running whether the system runs; otherwise files are changed for its next start
     */
    public Rotations(SecretStore secrets, PortPlan ports, boolean running) {
        this.site = new Site(secrets, ports, new ServiceAdmin(secrets, ports));
        this.running = running;
        this.own = rotations(secrets, ports);
    }

    /** What became of one secret. */
    public enum Outcome {
        ROTATED,
        SKIPPED,
        FAILED
    }

    /**
     * What became of one secret.
     *
     * @param name its service and file
     * @param message why it failed or was skipped; null otherwise
     */
    public record Result(
            String name, Outcome outcome, double seconds, @Nullable String message, int code) {}

    private List<Rotation> rotations(SecretStore secrets, PortPlan ports) {
        var main = new PostgresAdmin(secrets, "postgres-main", ports.postgresMain());
        var auth = new PostgresAdmin(secrets, "postgres-auth", ports.postgresAuth());
        List<Rotation> all = new ArrayList<>();
        String owner = "database-owner-password";
        all.add(login("backend", "apex_backend", main));
        all.add(login("auth", "apex_auth", auth));
        all.add(new RolePasswordRotation(site, "backend", owner, "apex_owner", main));
        all.add(new RolePasswordRotation(site, "auth", owner, "apex_auth_owner", auth));
        all.add(new SuperuserRotation(main));
        all.add(new SuperuserRotation(auth));
        all.add(new RedisRotation(site));
        all.add(new ClickHouseRotation(site));
        all.add(new SigningKeyRotation(site));
        all.add(new ClientKeyRotation(site));
        for (String service : List.of("auth", "backend", "edge")) {
            all.add(new TokenRotation(site, service));
        }
        return all;
    }

    private Rotation login(String service, String first, PostgresAdmin server) {
        return new DatabaseLoginRotation(
                site, service, new DatabaseLogins(site.secrets(), service, first), server);
    }

    /** The names of the secrets this installation makes itself: {@code auth/signing-key}, …. */
    public List<String> names() {
        return own.stream().map(Rotation::name).toList();
    }

    /** Replaces one that this installation makes itself. */
    public Result rotate(String name, Steps steps) {
        return own.stream()
                .filter(rotation -> rotation.name().equals(name))
                .findFirst()
                .map(rotation -> run(rotation, steps))
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** Replaces one that was issued elsewhere by {@code value}. */
    public Result take(String service, String file, String value, Steps steps) {
        return run(new GivenRotation(site, service, file, value), steps);
    }

    /** Replaces the edge's certificate, which is in {@code file}, together with its key. */
    public Result takeCertificate(Path file, String certificate, String key, Steps steps) {
        return run(new CertificateRotation(site, file, certificate, key), steps);
    }

    /**
     * Replaces all that this installation makes itself; one that fails does not stop the others.
     */
    public List<Result> rotateAll(Steps steps, Consumer<Result> done) {
        List<Result> results = new ArrayList<>();
        for (Rotation rotation : own) {
            Result result = run(rotation, steps);
            done.accept(result);
            results.add(result);
        }
        return results;
    }

    private Result run(Rotation rotation, Steps steps) {
        long from = System.nanoTime();
        String name = rotation.name();
        try {
            if (running) {
                rotation.rotate(what -> steps.step(name + ": " + what));
            } else if (!rotation.rotateAtRest()) {
                return result(name, Outcome.SKIPPED, from, "only while the system runs", 0);
            }
            return result(name, Outcome.ROTATED, from, null, 0);
        } catch (CliException e) {
            return result(name, Outcome.FAILED, from, e.getMessage(), e.exitCode());
        }
    }

    private static Result result(
            String name, Outcome outcome, long from, @Nullable String message, int code) {
        double seconds = Math.round((System.nanoTime() - from) / 1e7) / 100.0;
        return new Result(name, outcome, seconds, message, code);
    }
}
