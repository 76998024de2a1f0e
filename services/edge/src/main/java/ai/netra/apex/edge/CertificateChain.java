package ai.netra.apex.edge;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A server's certificate and those of its issuers, as certificate authorities hand them out.
 *
 * @param certificates the server's own first
 */
record CertificateChain(List<X509Certificate> certificates) {
    private static final String SERVERS = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final Set<Integer> DNS_AND_IP = Set.of(2, 7);

    CertificateChain {
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads PEM.
     *
     * @throws IllegalArgumentException if there is no certificate in it, or something else
     */
    static CertificateChain parse(String pem) {
        try {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(
                                            pem.getBytes(StandardCharsets.US_ASCII)));
            if (read.isEmpty()) {
                throw new IllegalArgumentException("there is no certificate in it");
            }
            List<X509Certificate> certificates = new ArrayList<>();
            read.forEach(one -> certificates.add((X509Certificate) one));
            return new CertificateChain(certificates);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("there is something else than certificates", e);
        }
    }

    static Optional<CertificateChain> find(String pem) {
        try {
            return Optional.of(parse(pem));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The server's own. */
    X509Certificate own() {
        return certificates.getFirst();
    }

    X509Certificate[] array() {
        return certificates.toArray(X509Certificate[]::new);
    }

    /** Whether all of them have begun and none has ended. */
    boolean isValidAt(Instant time) {
        return certificates.stream()
                .allMatch(
                        one ->
                                !time.isBefore(one.getNotBefore().toInstant())
                                        && time.isBefore(one.getNotAfter().toInstant()));
    }

    /** When the first of them ends. */
    Instant end() {
        return certificates.stream()
                .map(one -> one.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** Whether each was issued by the one after it. */
    boolean isLinked() {
        for (int i = 0; i + 1 < certificates.size(); i++) {
            X509Certificate one = certificates.get(i);
            X509Certificate issuer = certificates.get(i + 1);
            if (!one.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                    || !isSignedBy(one, issuer)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSignedBy(X509Certificate one, X509Certificate issuer) {
        try {
            one.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether it may be a server's: it says nothing of its purpose, or that it is this one. */
    boolean isForServers() {
        try {
            List<String> purposes = own().getExtendedKeyUsage();
            return purposes == null || purposes.contains(SERVERS) || purposes.contains(ANY_PURPOSE);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** The hosts it is for, in lower case. Browsers read nothing else. */
    Set<String> names() {
        try {
            Collection<List<?>> all = own().getSubjectAlternativeNames();
            return all == null
                    ? Set.of()
                    : all.stream()
                            .filter(name -> DNS_AND_IP.contains(name.getFirst()))
                            .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    /**
     * Whether it is for {@code host}: by name, or by {@code *.} in the place of its first label.
     */
    boolean isFor(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        return names().contains(name) || (dot > 0 && names().contains("*" + name.substring(dot)));
    }
}
