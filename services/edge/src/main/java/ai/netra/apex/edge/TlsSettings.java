package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Tls;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Rule.Violation;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import ai.netra.apex.settings.TextFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the edge is told about HTTPS. Certificate and key are judged with the rest of the
 * configuration, before a start and before a change alike: what is refused never reaches a client.
 */
final class TlsSettings {
    private static final String RENEW =
            "Put a certificate in place that is, and its key; the pair in use stays until then.";

    static final Setting<Integer> PORT =
            Setting.integer("EDGE_TLS_PORT")
                    .between(0, 65_535)
                    .defaultsTo(8443)
                    .describedAs("Port of HTTPS, once a certificate is given.");
    static final Setting<TextFile> CERTIFICATE =
            Setting.textFile("EDGE_TLS_CERTIFICATE")
                    .optional()
                    .must(
                            "hold certificates in PEM",
                            "Write the server's own first, then those of its issuers.",
                            file -> CertificateChain.find(file.text()).isPresent())
                    .must(
                            "be valid now, with its issuers",
                            RENEW,
                            holds(chain -> chain.isValidAt(Instant.now())))
                    .must(
                            "be a chain, each certificate issued by the one after it",
                            "Write the server's own first, then those of its issuers in order.",
                            holds(CertificateChain::isLinked))
                    .must("be for servers", RENEW, holds(CertificateChain::isForServers))
                    .must(
                            "name the hosts it is for (subject alternative names)",
                            RENEW,
                            holds(chain -> !chain.names().isEmpty()))
                    .reloadableAtRuntime()
                    .describedAs("PEM file with the certificate and its chain.");
    static final Setting<Secret> KEY =
            Setting.secret("EDGE_TLS_KEY")
                    .optional()
                    .must(
                            "be an unencrypted PKCS#8 key in PEM: EC, RSA or Ed25519",
                            "Convert it with openssl pkcs8 -topk8 -nocrypt.",
                            key -> PemKey.isReadable(key.reveal()))
                    .reloadableAtRuntime()
                    .describedAs("The certificate's key: PEM, unencrypted PKCS#8.");
    static final Setting<List<String>> NAMES =
            Setting.listOf("EDGE_TLS_NAMES", SettingTypes.STRING)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Hosts that the certificate has to be for; any without it.");
    static final Setting<Boolean> REDIRECT =
            Setting.bool("EDGE_TLS_REDIRECT")
                    .defaultsTo(true)
                    .reloadableAtRuntime()
                    .describedAs("Whether plain HTTP is redirected to HTTPS.");
    static final Setting<Duration> HSTS =
            Setting.duration("EDGE_HSTS_MAX_AGE")
                    .defaultsTo(Duration.ofDays(365))
                    .between(Duration.ZERO, Duration.ofDays(730))
                    .reloadableAtRuntime()
                    .describedAs("How long browsers insist on HTTPS; 0s does not ask them to.");

    private TlsSettings() {}

    static ServiceSettings declare(ServiceSettings settings) {
        return settings.with(PORT, CERTIFICATE, KEY, NAMES, REDIRECT, HSTS)
                .where(
                        Rule.requires(CERTIFICATE, KEY),
                        Rule.requires(KEY, CERTIFICATE),
                        TlsSettings::pair,
                        TlsSettings::named);
    }

    static @Nullable Tls bind(AppConfig config) {
        Optional<TextFile> certificate = config.find(CERTIFICATE);
        return certificate.isEmpty()
                ? null
                : new Tls(
                        config.get(PORT),
                        TlsIdentity.of(certificate.get().text(), config.get(KEY)),
                        config.get(REDIRECT),
                        config.get(HSTS));
    }

    /** Whatever there is to say against {@code next} while {@code now} is in force. */
    static List<ConfigProblem> tryOut(AppConfig now, AppConfig next) {
        if (now.find(CERTIFICATE).isPresent() != next.find(CERTIFICATE).isPresent()) {
            return List.of(
                    problem(
                            next,
                            "cannot come or go while the service runs: its port is not open",
                            "Restart the service, or set it back."));
        }
        Tls tls = bind(next);
        if (tls != null) {
            try {
                tls.identity().context();
            } catch (IllegalArgumentException e) {
                return List.of(problem(next, "cannot be used with its key", RENEW));
            }
        }
        return List.of();
    }

    private static ConfigProblem problem(AppConfig next, String reason, String suggestion) {
        return new ConfigProblem(
                next.service(),
                CERTIFICATE.key(),
                next.origin(CERTIFICATE).toString(),
                reason,
                suggestion);
    }

    /** True of what is no chain at all, too: that is said once, by the constraint about it. */
    private static Predicate<TextFile> holds(Predicate<CertificateChain> condition) {
        return file -> CertificateChain.find(file.text()).map(condition::test).orElse(true);
    }

    private static List<Violation> pair(Rule.Reader values) {
        Optional<TextFile> certificate = values.find(CERTIFICATE);
        Optional<Secret> key = values.find(KEY);
        if (certificate.isEmpty() || key.isEmpty()) {
            return List.of();
        }
        boolean pair =
                PemKey.isPair(
                        PemKey.parse(key.get().reveal()),
                        CertificateChain.parse(certificate.get().text()).own().getPublicKey());
        return pair
                ? List.of()
                : List.of(
                        new Violation(
                                KEY,
                                "is not the key of the certificate in " + certificate.get(),
                                "Put a certificate and its own key in place; the pair in use stays"
                                        + " until then."));
    }

    private static List<Violation> named(Rule.Reader values) {
        Optional<TextFile> certificate = values.find(CERTIFICATE);
        if (certificate.isEmpty()) {
            return List.of();
        }
        CertificateChain chain = CertificateChain.parse(certificate.get().text());
        List<String> missing =
                values.find(NAMES).orElse(List.of()).stream()
                        .filter(name -> !chain.isFor(name))
                        .toList();
        return missing.isEmpty()
                ? List.of()
                : List.of(
                        new Violation(
                                CERTIFICATE,
                                "is not for "
                                        + String.join(", ", missing)
                                        + ", which EDGE_TLS_NAMES names",
                                RENEW));
    }
}
