package ai.netra.apex.settings.reference;

import ai.netra.apex.settings.Constraint;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.Tier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the reference page of services' settings from their declarations, in Markdown. */
public final class ConfigReference {
    private ConfigReference() {}

    /** The whole page. The same declarations always give the same text. */
    public static String markdown(List<ServiceSettings> services) {
        StringBuilder page = new StringBuilder();
        page.append(
                """
                # Configuration

                Generated from the services' declarations; a test compares it with the code.

                Every service reads, in this order, each source winning over those before it: the defaults of its tier;
                the file of `--config` or `<SERVICE>_CONFIG_FILE` (`KEY=VALUE` lines); the environment, or the file of
                `--env-file` in its stead; secret files and secret stores; `--set KEY=VALUE` on the command line.
                A service reads its own prefix and `APEX_TIER` and nothing else. An unknown key of its prefix is an error.
                Everything is validated before anything is opened: `--check-config` does that alone (exit 0 or 78).

                A secret is a file in `<SERVICE>_SECRETS_DIR` (directory mode 0700, file mode 0600), or is named by
                `<KEY>_FROM`: `file:/path`, `systemd:name`, `vault:mount/path#field`. In tier local it may stand in the
                environment; elsewhere that is refused, and so are well-known and weak values.

                Durations are written `250ms`, `30s`, `10m`, `4h`, `7d`; sizes `64KiB`, `10MB`; lists with commas.
                Where defaults differ by tier they are given as local / test / staging / production.

                <a id="apex_tier"></a>`APEX_TIER` is `local`, `test`, `staging` or `production`, has no default, and is shared by all.
                """);
        services.forEach(service -> section(page, service));
        return page.toString();
    }

    private static void section(StringBuilder page, ServiceSettings service) {
        page.append("\n## ").append(service.service()).append("\n\n");
        page.append("| Key | Type | Default | Constraint | Reload | What it is for |\n");
        page.append("| --- | --- | --- | --- | --- | --- |\n");
        for (Setting<?> setting : service.settings()) {
            if (setting != ServiceSettings.TIER) {
                row(page, service, setting);
            }
        }
        Map<String, String> gone = new LinkedHashMap<>();
        for (Setting<?> setting : service.settings()) {
            setting.formerKeys().forEach(key -> gone.put(key, "Renamed to " + setting.key() + "."));
        }
        service.retiredKeys().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> gone.put(entry.getKey(), entry.getValue()));
        if (!gone.isEmpty()) {
            page.append("\n| Key that is gone | What to do |\n| --- | --- |\n");
            gone.forEach(
                    (key, what) ->
                            page.append("| ")
                                    .append(anchor(key))
                                    .append(" | ")
                                    .append(cell(what))
                                    .append(" |\n"));
        }
    }

    private static <T> void row(StringBuilder page, ServiceSettings service, Setting<T> setting) {
        String type =
                setting.isSecret()
                        ? "secret, file `" + service.secretFileName(setting) + "`"
                        : cell(setting.type().name());
        page.append("| ")
                .append(anchor(setting.key()))
                .append(" | ")
                .append(type)
                .append(" | ")
                .append(defaults(setting))
                .append(" | ")
                .append(cell(constraints(setting)))
                .append(" | ")
                .append(setting.isReloadable() ? "yes" : "restart")
                .append(" | ")
                .append(cell(setting.description()))
                .append(" |\n");
    }

    private static String anchor(String key) {
        return "<a id=\"" + key.toLowerCase(Locale.ROOT) + "\"></a>`" + key + "`";
    }

    private static <T> String defaults(Setting<T> setting) {
        List<String> perTier = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            String value =
                    setting.defaultIn(tier)
                            .map(v -> "`" + setting.type().format(v) + "`")
                            .orElse(setting.isRequiredIn(tier) ? "required" : "none");
            perTier.add(value);
        }
        return cell(
                perTier.stream().distinct().count() == 1
                        ? perTier.getFirst()
                        : String.join(" / ", perTier));
    }

    private static <T> String constraints(Setting<T> setting) {
        return setting.constraints().stream()
                .map(ConfigReference::sentence)
                .collect(Collectors.joining("; "));
    }

    private static String sentence(Constraint<?> constraint) {
        boolean everywhere = constraint.tiers().equals(EnumSet.allOf(Tier.class));
        String description = "must " + constraint.description();
        return everywhere || description.contains("staging")
                ? description
                : description
                        + " (in "
                        + constraint.tiers().stream()
                                .sorted()
                                .map(Tier::label)
                                .collect(Collectors.joining(", "))
                        + ")";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
