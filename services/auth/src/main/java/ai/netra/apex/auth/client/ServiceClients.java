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
 * Immutable.
 */
public final class ServiceClients implements RegisteredClientRepository {

    /**
     * Who people's sessions belong to: the platform's own front end, which cannot ask by itself.
     */
    static final String PEOPLE = "apex";

    private final Map<String, RegisteredClient> clients = new LinkedHashMap<>();
    private final Map<String, JWKSet> keys = new LinkedHashMap<>();

    /**
     * Services by name, each with its public keys in PEM.
     *
     * @throws IllegalArgumentException when a key cannot be read
     */
    public ServiceClients(Map<String, String> publicKeys) {
        publicKeys.forEach(
                (name, pem) -> {
                    List<ECKey> read = EcKeys.publicKeys(pem);
                    keys.put(name, new JWKSet(List.<JWK>copyOf(read)));
                    clients.put(name, service(name));
                });
        clients.put(PEOPLE, people());
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
        return keys.getOrDefault(clientId, new JWKSet());
    }

    @Override
    public void save(RegisteredClient client) {
        throw new UnsupportedOperationException("services are registered by configuration");
    }

    @Override
    public @Nullable RegisteredClient findById(String id) {
        return clients.get(id);
    }

    @Override
    public @Nullable RegisteredClient findByClientId(String clientId) {
        return clients.get(clientId);
    }
}
