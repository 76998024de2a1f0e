package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.DatabaseLogins;
import ai.netra.apex.launcher.home.DatabaseLogins.Login;
import java.time.Duration;

/**
 * Two roles take turns: the one not in use gets a new password, the services change over to it, and
 * when the last session of the other has ended nobody can sign in as that any more.
 */
record DatabaseLoginRotation(Site site, String service, DatabaseLogins logins, PostgresAdmin server)
        implements Rotation {

    private static final Duration DRAIN = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(200);

    @Override
    public String name() {
        return service + "/database-login";
    }

    @Override
    public void rotate(Steps steps) {
        // One that was killed may have left the services on either role: now they are on this one.
        site.services().reload(service);
        Login old = logins.current();
        Login next = new Login(logins.idle(), site.secrets().randomPassword());
        steps.step("role " + next.role() + " gets a new password");
        server.password(next.role(), next.password());
        logins.put(next);
        steps.step(service + " signs in as " + next.role());
        try {
            site.services().reload(service);
        } catch (ServiceAdmin.RefusedException e) {
            logins.put(old);
            throw e;
        }
        steps.step("sessions of " + old.role() + " end");
        Waiting.until(
                DRAIN,
                PAUSE,
                () -> server.sessions(old.role()) == 0,
                "Sessions of %s are still open; its password stays good until you rotate again."
                        .formatted(old.role()));
        server.noPassword(old.role());
    }

    @Override
    public boolean rotateAtRest() {
        logins.put(new Login(logins.current().role(), site.secrets().randomPassword()));
        return true;
    }
}
