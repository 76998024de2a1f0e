package ai.netra.apex.auth.client;

import ai.netra.apex.auth.token.EcKeys;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/**
 * The services that may ask for tokens: each known by its public keys, none by a shared secret.
 * Their keys are exchanged by {@link #replace}. Thread-safe.
 */
public final class ServiceClients implements RegisteredClientRepository {

    /**
     * Who people's sessions belong to: the platform's own front end, which cannot ask by itself.
     */
    static final String PEOPLE = "apex";

    private record Known(Map<String, RegisteredClient> clients, Map<String, JWKSet> keys) {}

    private volatile Known known;

    /**
     * Services by name, each with its public keys in PEM.
     *
     * @throws IllegalArgumentException when a key cannot be read
     */
    public ServiceClients(Map<String, String> publicKeys) {
        this.known = read(publicKeys);
    }

    /**
     * Takes the keys of a newer configuration.
     *
     * @throws IllegalArgumentException when a key cannot be read; nothing is changed then
     */
    public void replace(Map<String, String> publicKeys) {
        known = read(publicKeys);
    }

    private static Known read(Map<String, String> publicKeys) {
        Map<String, RegisteredClient> clients = new LinkedHashMap<>();
        Map<String, JWKSet> keys = new LinkedHashMap<>();
        publicKeys.forEach(
                (name, pem) -> {
                    List<ECKey> read = EcKeys.publicKeys(pem);
                    keys.put(name, new JWKSet(List.<JWK>copyOf(read)));
                    clients.put(name, service(name));
                });
        clients.put(PEOPLE, people());
        return new Known(clients, keys);
    }

    private static RegisteredClient service(String name) {
        return RegisteredClient.withId(name)
                .clientId(name)
                .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .clientSettings(
                        ClientSettings.builder()
                                .tokenEndpointAuthenticationSigningAlgorithm(
                                        SignatureAlgorithm.ES256)
                                .build())
                .build();
    }

    /** Has no way to authenticate, and so stands in answers only. */
    private static RegisteredClient people() {
        return RegisteredClient.withId(PEOPLE)
                .clientId(PEOPLE)
                .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build();
    }

    /** The public keys of {@code clientId}; empty when it has none. */
    JWKSet keys(String clientId) {
        return known.keys().getOrDefault(clientId, new JWKSet());
    }

    @Override
    public void save(RegisteredClient client) {
        throw new UnsupportedOperationException("services are registered by configuration");
    }

    @Override
    public @Nullable RegisteredClient findById(String id) {
        return known.clients().get(id);
    }

    @Override
    public @Nullable RegisteredClient findByClientId(String clientId) {
        return known.clients().get(clientId);
    }
}
