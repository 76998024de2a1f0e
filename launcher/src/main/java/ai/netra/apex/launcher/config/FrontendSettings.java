package ai.netra.apex.launcher.config;

import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import java.net.URI;

/**
 * What the front end can be told. It is a program of Node's: the schema generated from this, {@code
 * frontend/scripts/settings.schema.json}, is what it judges by before it opens anything.
 */
public final class FrontendSettings {
    private static final Setting<Integer> PORT =
            Setting.integer("FRONTEND_PORT")
                    .between(1, 65_535)
                    .defaultsTo(3000)
                    .describedAs("Port to listen on; PORT stands in for it.");
    private static final Setting<String> HOST =
            Setting.of("FRONTEND_HOST", SettingTypes.STRING)
                    .matching("[A-Za-z0-9._:%-]{1,253}", "an address or the name of a host")
                    .defaultsTo("127.0.0.1")
                    .describedAs("Address to listen on; HOSTNAME stands in for it.");
    private static final Setting<URI> DEV_EDGE_URL =
            Setting.url("FRONTEND_DEV_EDGE_URL")
                    .defaultsTo(URI.create("http://127.0.0.1:8080"))
                    .describedAs("Where the development server finds the edge; unused elsewhere.");

    /** The declaration. */
    public static final ServiceSettings SETTINGS =
            ServiceSettings.ofProgram("frontend", "FRONTEND_").with(PORT, HOST, DEV_EDGE_URL);

    private FrontendSettings() {}
}
