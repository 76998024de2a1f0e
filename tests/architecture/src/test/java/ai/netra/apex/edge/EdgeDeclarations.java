package ai.netra.apex.edge;

import ai.netra.apex.settings.ServiceSettings;

/** Opens what the edge keeps to itself to the tests of the whole. */
public final class EdgeDeclarations {
    public static final ServiceSettings SETTINGS = EdgeSettings.SETTINGS;

    private EdgeDeclarations() {}
}
