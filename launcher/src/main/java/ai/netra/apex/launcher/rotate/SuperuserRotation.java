package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.SecretStore;

/** The password of a cluster's superuser, which this launcher alone uses. */
record SuperuserRotation(PostgresAdmin server) implements Rotation {

    @Override
    public String name() {
        return server.cluster() + "/" + PostgresAdmin.SUPERUSER_PASSWORD;
    }

    @Override
    public void rotate(Steps steps) {
        SecretStore secrets = server.secrets();
        String password = secrets.randomPassword();
        steps.step("the superuser gets a new password");
        // Both are kept until the server is known to have the new one.
        secrets.put(server.cluster(), PostgresAdmin.SUPERUSER_PASSWORD_NEXT, password);
        server.password("postgres", password);
        secrets.put(server.cluster(), PostgresAdmin.SUPERUSER_PASSWORD, password);
        secrets.remove(server.cluster(), PostgresAdmin.SUPERUSER_PASSWORD_NEXT);
    }

    @Override
    public boolean rotateAtRest() {
        return false;
    }
}
