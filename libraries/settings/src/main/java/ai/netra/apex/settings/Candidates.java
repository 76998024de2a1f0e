package ai.netra.apex.settings;

import ai.netra.apex.settings.store.FileSecretStore;
import ai.netra.apex.settings.store.SecretRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what each source offers for each key, lowest source first. One load uses one. */
final class Candidates {
    private final ServiceSettings settings;
    private final ConfigSources sources;
    private final Problems problems;
    private final Map<String, List<Candidate>> offered = new HashMap<>();
    private final Map<String, Candidate> references = new LinkedHashMap<>();
    private final List<Path> watched = new ArrayList<>();
    private boolean remote;
    private @Nullable Path secretsDirectory;

    Candidates(ServiceSettings settings, ConfigSources sources, Problems problems) {
        this.settings = settings;
        this.sources = sources;
        this.problems = problems;
    }

    ConfigSources sources() {
        return sources;
    }

    List<Candidate> of(Setting<?> setting) {
        return offered.getOrDefault(setting.key(), List.of());
    }

    /** Every text that a secret was offered as, to be kept out of messages. */
    Set<String> secretTexts() {
        Set<String> texts = new HashSet<>();
        for (Setting<?> setting : settings.settings()) {
            if (setting.isSecret()) {
                of(setting).forEach(candidate -> texts.add(candidate.text()));
            }
        }
        return texts;
    }

    /** Reads file, environment and command line. */
    void readPlainSources() {
        Map<String, Candidate> environment = new LinkedHashMap<>();
        sources.environmentFile()
                .ifPresentOrElse(
                        file -> readEnvironmentFile(file, environment),
                        () -> readEnvironment(environment));
        Path file = sources.configFile().orElse(null);
        Candidate named = environment.get(settings.configFile().key());
        if (file == null && named != null) {
            file = readablePath(named.text());
        }
        if (file != null) {
            readConfigFile(file);
        }
        environment.forEach(this::offer);
        readCommandLine();
    }

    private static @Nullable Path readablePath(String text) {
        try {
            Path path = Path.of(text);
            return path.isAbsolute() ? path : null;
        } catch (java.nio.file.InvalidPathException e) {
            // The setting's own type reports it.
            return null;
        }
    }

    private void readEnvironment(Map<String, Candidate> into) {
        Origin origin = new Origin(Origin.Kind.ENVIRONMENT, "");
        IsolatedEnvironment view = IsolatedEnvironment.capture(settings, sources.environment());
        for (String key : view.keys()) {
            into.put(key, new Candidate(view.get(key).orElseThrow(), origin, true));
        }
        view.unknownKeys().forEach(key -> reportUnknown(key, origin.toString()));
    }

    private void readEnvironmentFile(Path path, Map<String, Candidate> into) {
        KeyValueFile file = KeyValueFile.read(path);
        Set<String> known = settings.everyKnownKey();
        Map<String, String> keys = new LinkedHashMap<>();
        file.entries().keySet().forEach(key -> keys.put(key, ""));
        IsolatedEnvironment view = IsolatedEnvironment.capture(settings, keys);
        reportFaults(file, "--env-file", Origin.Kind.ENVIRONMENT, known);
        for (String key : view.keys()) {
            take(file, key, Origin.Kind.ENVIRONMENT, into);
        }
        for (String key : view.unknownKeys()) {
            reportUnknown(key, origin(file, key, Origin.Kind.ENVIRONMENT).toString());
        }
    }

    private void readConfigFile(Path path) {
        KeyValueFile file = KeyValueFile.read(path);
        Set<String> known = settings.everyKnownKey();
        String ownKey = sources.configFile().isPresent() ? "--config" : settings.configFile().key();
        reportFaults(file, ownKey, Origin.Kind.FILE, file.entries().keySet());
        Map<String, Candidate> found = new LinkedHashMap<>();
        for (String key : file.entries().keySet()) {
            Origin origin = origin(file, key, Origin.Kind.FILE);
            if (key.equals(settings.configFile().key())) {
                problems.add(
                        key,
                        origin.toString(),
                        "is set inside the very file that it names",
                        "Take the line out.");
            } else if (known.contains(key)) {
                take(file, key, Origin.Kind.FILE, found);
            } else {
                reportUnknown(key, origin.toString());
            }
        }
        found.forEach(this::offer);
    }

    private static Origin origin(KeyValueFile file, String key, Origin.Kind kind) {
        KeyValueFile.Entry entry = file.entries().get(key);
        return new Origin(kind, file.name() + (entry == null ? "" : " line " + entry.line()));
    }

    private void take(
            KeyValueFile file, String key, Origin.Kind kind, Map<String, Candidate> into) {
        KeyValueFile.Expanded expanded = file.expand(key);
        Origin origin = origin(file, key, kind);
        if (expanded.value() != null) {
            into.put(key, new Candidate(expanded.value(), origin, true));
        } else if (expanded.fault() != null) {
            problems.add(
                    key,
                    origin.toString(),
                    expanded.fault().reason(),
                    expanded.fault().suggestion());
        }
    }

    private void reportFaults(
            KeyValueFile file, String fileKey, Origin.Kind kind, Set<String> concerned) {
        for (KeyValueFile.Fault fault : file.faults()) {
            String place = fault.line() == 0 ? "" : " line " + fault.line();
            String key = fault.key();
            if (key == null || concerned.contains(key) || key.startsWith(settings.prefix())) {
                problems.add(
                        key == null ? fileKey : key,
                        new Origin(kind, file.name() + place).toString(),
                        fault.reason(),
                        fault.suggestion());
            }
        }
    }

    private void readCommandLine() {
        Origin origin = new Origin(Origin.Kind.COMMAND_LINE, "");
        Set<String> known = settings.everyKnownKey();
        sources.commandLine()
                .forEach(
                        (key, value) -> {
                            if (known.contains(key)) {
                                offer(key, new Candidate(value, origin, true));
                            } else {
                                reportUnknown(key, origin.toString());
                            }
                        });
    }

    private void offer(String key, Candidate candidate) {
        Setting<?> setting = settings.setting(key).orElse(null);
        if (setting != null) {
            offered.computeIfAbsent(key, _ -> new ArrayList<>()).add(candidate);
        } else if (settings.retiredKeys().containsKey(key)) {
            problems.add(
                    key,
                    candidate.origin().toString(),
                    "is retired and has no effect any more",
                    settings.retiredKeys().getOrDefault(key, "Take it out."));
        } else if (key.endsWith(IsolatedEnvironment.REFERENCE)) {
            references.put(key, candidate);
        } else {
            String now =
                    settings.settings().stream()
                            .filter(s -> s.formerKeys().contains(key))
                            .map(Setting::key)
                            .findFirst()
                            .orElse("another key");
            problems.add(
                    key,
                    candidate.origin().toString(),
                    "has been renamed to " + now,
                    "Write " + now + " instead.");
        }
    }

    private void reportUnknown(String key, String source) {
        Set<String> known = settings.everyKnownKey();
        if (key.endsWith("_FILE")) {
            String base = key.substring(0, key.length() - "_FILE".length());
            if (settings.setting(base).filter(Setting::isSecret).isPresent()) {
                problems.add(
                        key,
                        source,
                        "is not a key of service " + settings.service(),
                        "Write " + base + IsolatedEnvironment.REFERENCE + "=file:/path instead.");
                return;
            }
        }
        problems.add(
                key,
                source,
                "is not a key of service " + settings.service(),
                DidYouMean.closest(key, known)
                        .map(near -> "Did you mean " + near + "?")
                        .orElse("Take it out, or look up the key's name in the reference."));
    }

    /** Reads secret files, and the stores that references name. */
    void readSecrets(SecretSources places) {
        secretsDirectory = places.directory();
        if (secretsDirectory != null) {
            readSecretsDirectory(secretsDirectory, places.files());
        }
        references.forEach((key, reference) -> follow(key, reference, places));
    }

    /** The files that references name. */
    List<Path> watched() {
        return List.copyOf(watched);
    }

    /** Has a file looked at for changes, whether it can be read now or not. */
    void watch(String path) {
        Path file = readablePath(path);
        if (file != null) {
            watched.add(file);
        }
    }

    /** Whether a reference names a store that has no file to look at. */
    boolean remote() {
        return remote;
    }

    private void follow(String key, Candidate reference, SecretSources places) {
        places.watched(reference.text()).ifPresentOrElse(watched::add, () -> remote = true);
        String secret = key.substring(0, key.length() - IsolatedEnvironment.REFERENCE.length());
        boolean inDirectory =
                offered.getOrDefault(secret, List.of()).stream()
                        .anyMatch(c -> c.origin().kind() == Origin.Kind.SECRET_FILE);
        if (inDirectory) {
            problems.add(
                    key,
                    reference.origin().toString(),
                    "contradicts the secret's file in " + secretsDirectory,
                    "Take one of the two out.");
            return;
        }
        try {
            Origin origin = new Origin(Origin.Kind.SECRET_FILE, "store named by " + key);
            offer(secret, new Candidate(places.read(reference.text()), origin, false));
        } catch (SecretRefusedException e) {
            problems.add(secret, reference.origin() + " " + key, e.reason(), e.suggestion());
        }
    }

    private void readSecretsDirectory(Path directory, FileSecretStore files) {
        String source = "secret directory " + directory;
        try {
            files.checkDirectory(directory);
        } catch (SecretRefusedException e) {
            problems.add(settings.secretsDirectory().key(), source, e.reason(), e.suggestion());
            return;
        }
        Map<String, String> keyByFile = new HashMap<>();
        for (Setting<?> setting : settings.settings()) {
            if (setting.isSecret()) {
                keyByFile.put(settings.secretFileName(setting), setting.key());
            }
        }
        try (Stream<Path> listing = Files.list(directory)) {
            listing.sorted().forEach(file -> readSecretFile(file, keyByFile, files));
        } catch (IOException e) {
            problems.add(
                    settings.secretsDirectory().key(),
                    source,
                    "cannot be listed (" + e.getClass().getSimpleName() + ")",
                    "Make the user that runs the service its owner.");
        }
    }

    private void readSecretFile(Path file, Map<String, String> keyByFile, FileSecretStore files) {
        String name = file.getFileName().toString();
        // Mounts of Kubernetes hold ..data links, editors leave hidden files, and the public half
        // of a
        // key pair is no secret.
        if (name.startsWith(".") || name.endsWith(".pub") || Files.isDirectory(file)) {
            return;
        }
        String key = keyByFile.get(name);
        if (key == null) {
            problems.add(
                    settings.secretsDirectory().key(),
                    "secret file " + file,
                    "holds the file "
                            + name
                            + ", which is no secret of service "
                            + settings.service(),
                    DidYouMean.closest(name, keyByFile.keySet())
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("Take the file out of the directory."));
            return;
        }
        try {
            offer(
                    key,
                    new Candidate(
                            files.read(file),
                            new Origin(Origin.Kind.SECRET_FILE, "file " + file),
                            false));
        } catch (SecretRefusedException e) {
            problems.add(key, "secret file " + file, e.reason(), e.suggestion());
        }
    }

    String howToGiveSecret(Setting<?> setting) {
        String name = settings.secretFileName(setting);
        return secretsDirectory == null
                ? "Write it into a file named "
                        + name
                        + " (mode 0600) in a directory (mode 0700), and name the directory in "
                        + settings.secretsDirectory().key()
                        + "."
                : "Write it into " + secretsDirectory.resolve(name) + " with mode 0600.";
    }
}
