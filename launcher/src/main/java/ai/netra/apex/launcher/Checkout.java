package ai.netra.apex.launcher;

import ai.netra.apex.launcher.home.ApexHome;
import java.nio.file.Path;

/** The checkout that this launcher was built from, and the installation that belongs to it. */
final class Checkout {

    private Checkout() {}

    static Path repository() {
        String root = System.getProperty("apex.repository");
        if (root == null) {
            throw new CliException(CliException.SOFTWARE, "Start it with the ./apex script.");
        }
        return Path.of(root).toAbsolutePath().normalize();
    }

    static ApexHome home() {
        return ApexHome.of(repository(), System.getenv("APEX_HOME"));
    }

    /** Where the state of the running system is kept. */
    static Path stateFile() {
        return home().run().resolve("state.json");
    }
}
