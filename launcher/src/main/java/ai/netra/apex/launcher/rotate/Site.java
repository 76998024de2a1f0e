package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.SecretStore;

/**
 * What rotations work on.
 *
 * @param services the services' ways to be told of new secrets
 */
record Site(SecretStore secrets, PortPlan ports, ServiceAdmin services) {}
