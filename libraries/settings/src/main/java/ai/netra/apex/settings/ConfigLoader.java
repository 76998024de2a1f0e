package ai.netra.apex.settings;

import ai.netra.apex.settings.AppConfig.Resolved;
import ai.netra.apex.settings.store.FileSecretStore;
import ai.netra.apex.settings.store.SystemdSecretStore;
import ai.netra.apex.settings.store.VaultAccess;
import ai.netra.apex.settings.store.VaultSecretStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the sources of one service in their order, validates the whole, collects every problem. */
final class ConfigLoader {
    private static final int MAX_VALUE = 64 * 1024;

    private final ServiceSettings settings;
    private final Problems problems;
    private final Map<String, Resolved<?>> values = new HashMap<>();
    private final Set<String> resolved = new HashSet<>();
    private final Candidates candidates;
    private Redaction redaction = new Redaction(Set.of());

    /**
     * What loading gave: the configuration, or else at least one problem; and in any case the
     * values that are valid by themselves.
     */
    record Loaded(
            @Nullable AppConfig config,
            List<ConfigProblem> problems,
            AppConfig valid,
            Tier tier,
            SecretReferences references) {}

    /**
     * What a configuration is read from beside its plain sources.
     *
     * @param files those that can be looked at for a change
     * @param remote whether a store has to be asked instead
     */
    record SecretReferences(List<Path> files, boolean remote) {}

    private ConfigLoader(ServiceSettings settings, ConfigSources sources) {
        this.settings = settings;
        this.problems = new Problems(settings);
        this.candidates = new Candidates(settings, sources, problems);
    }

    static Loaded load(ServiceSettings settings, ConfigSources sources) {
        return new ConfigLoader(settings, sources).load();
    }

    private Loaded load() {
        candidates.readPlainSources();
        Tier tier = resolve(ServiceSettings.TIER, Tier.LOCAL);
        boolean tierKnown = tier != null;
        Tier effective = tier == null ? Tier.LOCAL : tier;
        candidates.readSecrets(secretSources(effective));
        redaction = new Redaction(candidates.secretTexts());
        for (Setting<?> setting : settings.settings()) {
            if (!resolved.contains(setting.key())) {
                resolve(setting, effective);
            }
        }
        checkRules(effective);
        List<ConfigProblem> found = problems.inOrder();
        AppConfig valid = new AppConfig(settings, effective, values);
        return new Loaded(
                found.isEmpty() && tierKnown ? valid : null,
                found,
                valid,
                effective,
                new SecretReferences(candidates.watched(), candidates.remote()));
    }

    private SecretSources secretSources(Tier tier) {
        SecretSourceSettings keys = settings.secretSources();
        Path directory = resolve(keys.directory(), tier);
        FileSecretStore.Access access = resolve(keys.access(), tier);
        FileSecretStore files =
                new FileSecretStore(access == null ? FileSecretStore.Access.OWNER : access);
        URI address = resolve(keys.vaultAddress(), tier);
        Path tokenFile = resolve(keys.vaultTokenFile(), tier);
        String role = resolve(keys.vaultRole(), tier);
        String namespace = resolve(keys.vaultNamespace(), tier);
        Path authorities = resolve(keys.vaultAuthorities(), tier);
        VaultAccess vault =
                address == null || tokenFile == null
                        ? null
                        : new VaultAccess(address, tokenFile, role, namespace, authorities);
        String systemd = candidates.sources().environment().get("CREDENTIALS_DIRECTORY");
        return new SecretSources(
                directory,
                files,
                List.of(files, new SystemdSecretStore(systemd), new VaultSecretStore(vault)));
    }

    private <T> @Nullable T resolve(Setting<T> setting, Tier tier) {
        resolved.add(setting.key());
        List<Candidate> offered = candidates.of(setting);
        if (setting.isSecret()) {
            refuseOpenCredentials(setting, offered, tier);
        }
        if (offered.isEmpty()) {
            return absent(setting, tier);
        }
        Candidate chosen = offered.getLast();
        if (setting.isSecret() && chosen.origin().kind() == Origin.Kind.COMMAND_LINE) {
            return null;
        }
        T value = read(setting, chosen, tier);
        if (value != null) {
            values.put(setting.key(), new Resolved<>(value, chosen.origin()));
        }
        return value;
    }

    private void refuseOpenCredentials(Setting<?> setting, List<Candidate> offered, Tier tier) {
        for (Candidate candidate : offered) {
            boolean commandLine = candidate.origin().kind() == Origin.Kind.COMMAND_LINE;
            if (commandLine || (candidate.open() && tier != Tier.LOCAL)) {
                problems.add(
                        setting,
                        candidate.origin(),
                        commandLine
                                ? "is a credential on the command line, which every process can read"
                                : "is a credential in the open, which is allowed in tier local only",
                        candidates.howToGiveSecret(setting));
            }
        }
    }

    private <T> @Nullable T absent(Setting<T> setting, Tier tier) {
        T value = setting.defaultIn(tier).orElse(null);
        if (value == null && setting.isRequiredIn(tier)) {
            // A source that could not be read has been reported for this key already.
            if (!problems.isReported(setting.key())) {
                problems.add(
                        setting,
                        Origin.NOT_SET,
                        setting == ServiceSettings.TIER
                                ? "is not set"
                                : "is required in tier " + tier.label() + " and is not set",
                        setting.isSecret()
                                ? candidates.howToGiveSecret(setting)
                                : "Set " + setting.key() + ". " + howToWrite(setting));
            }
            return null;
        }
        values.put(
                setting.key(),
                new Resolved<>(
                        value,
                        value == null
                                ? Origin.NOT_SET
                                : new Origin(Origin.Kind.DEFAULT, "of tier " + tier.label())));
        return value;
    }

    private <T> @Nullable T read(Setting<T> setting, Candidate chosen, Tier tier) {
        Optional<String> malformed = malformed(chosen.text(), setting.isSecret());
        if (malformed.isPresent()) {
            problems.add(
                    setting, chosen.origin(), malformed.get(), "Give it a value, or take it out.");
            return null;
        }
        if (setting.type().equals(SettingTypes.TEXT_FILE)) {
            candidates.watch(chosen.text());
        }
        T value;
        try {
            value = setting.type().parse(chosen.text());
        } catch (IllegalArgumentException e) {
            String what = setting.isSecret() ? "" : redaction.show(chosen.text()) + " ";
            problems.add(
                    setting,
                    chosen.origin(),
                    "is " + what + "which is " + e.getMessage(),
                    howToWrite(setting));
            return null;
        }
        return fulfilsConstraints(setting, chosen, value, tier) ? value : null;
    }

    private static String howToWrite(Setting<?> setting) {
        String name = setting.type().name();
        if (name.startsWith(SettingTypes.ENUMERATION)) {
            return "Write " + name + ".";
        }
        String article = "aeio".indexOf(name.charAt(0)) >= 0 ? "an " : "a ";
        return "Write " + article + name + ", for example " + setting.type().example() + ".";
    }

    private <T> boolean fulfilsConstraints(
            Setting<T> setting, Candidate chosen, T value, Tier tier) {
        boolean fulfilled = true;
        if (value instanceof Secret secret && tier != Tier.LOCAL) {
            Optional<String> weakness = SecretStrength.weakness(secret.reveal());
            if (weakness.isPresent()) {
                problems.add(
                        setting,
                        chosen.origin(),
                        weakness.get(),
                        "Generate one, for example with: openssl rand -base64 32.");
                fulfilled = false;
            }
        }
        for (Constraint<T> constraint : setting.constraints()) {
            if (constraint.tiers().contains(tier) && !constraint.accepts().test(value)) {
                String what =
                        setting.isSecret() ? "" : "is " + redaction.show(chosen.text()) + " and ";
                problems.add(
                        setting,
                        chosen.origin(),
                        what + "must " + constraint.description(),
                        constraint.suggestion());
                fulfilled = false;
            }
        }
        return fulfilled;
    }

    private static Optional<String> malformed(String text, boolean secret) {
        if (text.isBlank()) {
            return Optional.of("is set but empty");
        }
        if (text.length() > MAX_VALUE) {
            return Optional.of("is longer than 64 KiB");
        }
        if (text.indexOf('\0') >= 0) {
            return Optional.of("contains a NUL character");
        }
        if (!text.strip().equals(text)) {
            return Optional.of("starts or ends with white space");
        }
        // Keys in PEM have several lines; nothing else has.
        if (!secret && text.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("contains a control character");
        }
        return Optional.empty();
    }

    private void checkRules(Tier tier) {
        Rule.Reader reader = new ValidValues(tier);
        for (Rule rule : settings.rules()) {
            try {
                rule.check(reader)
                        .forEach(
                                violation ->
                                        problems.add(
                                                violation.setting(),
                                                originOf(violation.setting()),
                                                violation.reason(),
                                                violation.suggestion()));
            } catch (InvalidPremise _) {
                // One of its settings is invalid by itself, which has been reported.
            }
        }
    }

    private Origin originOf(Setting<?> setting) {
        Resolved<?> known = values.get(setting.key());
        return known == null ? Origin.NOT_SET : known.origin();
    }

    private static final class InvalidPremise extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidPremise() {
            super(null, null, false, false);
        }
    }

    private final class ValidValues implements Rule.Reader {
        private final Tier tier;

        ValidValues(Tier tier) {
            this.tier = tier;
        }

        @Override
        public <T> T get(Setting<T> setting) {
            return find(setting).orElseThrow(InvalidPremise::new);
        }

        // Stored under the key of the declaration that parsed it, so it has that type.
        @SuppressWarnings("unchecked")
        @Override
        public <T> Optional<T> find(Setting<T> setting) {
            if (settings.setting(setting.key()).orElse(null) != setting) {
                throw new IllegalArgumentException(setting.key() + " is not declared");
            }
            Resolved<T> known = (Resolved<T>) values.get(setting.key());
            if (known == null) {
                throw new InvalidPremise();
            }
            return Optional.ofNullable(known.value());
        }

        @Override
        public Tier tier() {
            return tier;
        }
    }
}
