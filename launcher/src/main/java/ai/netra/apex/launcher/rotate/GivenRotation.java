package ai.netra.apex.launcher.rotate;

import java.util.Optional;

/** A secret that somebody else issues, such as a provider's key, and that is given to us. */
record GivenRotation(Site site, String service, String file, String value) implements Rotation {

    @Override
    public String name() {
        return service + "/" + file;
    }

    @Override
    public void rotate(Steps steps) {
        Optional<String> before = site.secrets().find(service, file);
        site.secrets().put(service, file, value);
        steps.step(service + " takes it");
        try {
            site.services().reload(service);
        } catch (ServiceAdmin.RefusedException e) {
            before.ifPresentOrElse(
                    old -> site.secrets().put(service, file, old),
                    () -> site.secrets().remove(service, file));
            site.services().reload(service);
            throw e;
        }
    }

    @Override
    public boolean rotateAtRest() {
        site.secrets().put(service, file, value);
        return true;
    }
}
