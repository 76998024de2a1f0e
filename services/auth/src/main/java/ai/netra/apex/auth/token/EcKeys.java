package ai.netra.apex.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.math.ec.ECPoint;

/** Reads P-256 keys in PEM; a key's id is its RFC 7638 thumbprint. */
public final class EcKeys {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final int COORDINATE_BITS = 256;

    private EcKeys() {}

    /**
     * The private key of {@code pem} (PKCS#8), with its public half.
     *
     * @throws IllegalArgumentException when there is not exactly one P-256 private key; the message
     *     says what to do and repeats nothing of the key
     */
    public static ECKey privateKey(String pem) {
        List<byte[]> blocks = blocks(pem, "PRIVATE KEY");
        if (blocks.size() != 1) {
            throw new IllegalArgumentException(
                    "not one private key in PEM (PKCS#8). Make one with: openssl genpkey -algorithm"
                            + " EC -pkeyopt ec_paramgen_curve:P-256");
        }
        try {
            var key =
                    (ECPrivateKey)
                            KeyFactory.getInstance("EC")
                                    .generatePrivate(new PKCS8EncodedKeySpec(blocks.getFirst()));
            requireP256(key.getParams().getOrder());
            ECPoint point =
                    ECNamedCurveTable.getByName("secp256r1")
                            .getG()
                            .multiply(key.getS())
                            .normalize();
            return finish(
                    new ECKey.Builder(
                                    Curve.P_256,
                                    coordinate(point.getAffineXCoord().toBigInteger()),
                                    coordinate(point.getAffineYCoord().toBigInteger()))
                            .privateKey(key));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalArgumentException("not a P-256 private key in PEM (PKCS#8)", e);
        }
    }

    /**
     * The public keys of {@code pem}, one or more.
     *
     * @throws IllegalArgumentException when there is none, or one is not of P-256
     */
    public static List<ECKey> publicKeys(String pem) {
        List<byte[]> blocks = blocks(pem, "PUBLIC KEY");
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException(
                    "without a public key in PEM. Take it from the private one with: openssl pkey"
                            + " -pubout");
        }
        try {
            var keys = new ArrayList<ECKey>();
            for (byte[] block : blocks) {
                var key =
                        (ECPublicKey)
                                KeyFactory.getInstance("EC")
                                        .generatePublic(new X509EncodedKeySpec(block));
                requireP256(key.getParams().getOrder());
                keys.add(finish(new ECKey.Builder(Curve.P_256, key)));
            }
            return keys;
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalArgumentException("not a P-256 public key in PEM", e);
        }
    }

    /**
     * Keys to verify with: the public keys of {@code pem}, or the public half of its private key.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static List<ECKey> verificationKeys(String pem) {
        return blocks(pem, "PRIVATE KEY").isEmpty()
                ? publicKeys(pem)
                : List.of(privateKey(pem).toPublicJWK());
    }

    /** A new key that lives as long as this process. */
    static ECKey generate() {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).generate();
            return finish(new ECKey.Builder(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("no P-256 key could be made", e);
        }
    }

    private static ECKey finish(ECKey.Builder key) throws JOSEException {
        return key.keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .keyIDFromThumbprint()
                .build();
    }

    private static Base64URL coordinate(BigInteger value) {
        return ECKey.encodeCoordinate(COORDINATE_BITS, value);
    }

    private static void requireP256(BigInteger order) throws GeneralSecurityException {
        if (!order.equals(Curve.P_256.toECParameterSpec().getOrder())) {
            throw new GeneralSecurityException("another curve than P-256");
        }
    }

    private static List<byte[]> blocks(String pem, String label) {
        var blocks = new ArrayList<byte[]>();
        Matcher matcher = BLOCK.matcher(pem);
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        }
        return blocks;
    }
}
