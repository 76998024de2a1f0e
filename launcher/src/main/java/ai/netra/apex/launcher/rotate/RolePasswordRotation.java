package ai.netra.apex.launcher.rotate;

/**
 * The password of a role that signs in at a service's start alone, to migrate: nothing holds a
 * session of it meanwhile, so server and file are changed one after the other.
 */
record RolePasswordRotation(
        Site site, String service, String file, String role, PostgresAdmin server)
        implements Rotation {

    @Override
    public String name() {
        return service + "/" + file;
    }

    @Override
    public void rotate(Steps steps) {
        String password = site.secrets().randomPassword();
        steps.step("role " + role + " gets a new password");
        server.password(role, password);
        site.secrets().put(service, file, password);
        steps.step(service + " takes it");
        site.services().reload(service);
    }

    @Override
    public boolean rotateAtRest() {
        site.secrets().put(service, file, site.secrets().randomPassword());
        return true;
    }
}
