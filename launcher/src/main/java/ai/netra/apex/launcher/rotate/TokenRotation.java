package ai.netra.apex.launcher.rotate;

/** The token of a service's management port: the call that carries the old one brings the new. */
record TokenRotation(Site site, String service) implements Rotation {

    private static final String FILE = "management-token";

    @Override
    public String name() {
        return service + "/" + FILE;
    }

    @Override
    public void rotate(Steps steps) {
        steps.step(service + " takes a new token");
        site.services().reload(service);
        String old = site.secrets().password(service, FILE);
        site.secrets().put(service, FILE, site.secrets().randomPassword());
        site.services().reloadWith(service, old);
    }

    @Override
    public boolean rotateAtRest() {
        site.secrets().put(service, FILE, site.secrets().randomPassword());
        return true;
    }
}
