package ai.netra.apex.auth;

import ai.netra.apex.auth.token.EcKeys;
import ai.netra.apex.database.config.DatabaseSettings;
import ai.netra.apex.servicekit.logs.LogSettings;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import ai.netra.apex.settings.Tier;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Everything the auth service can be told; nothing of another service reaches it. */
final class AuthEnvironment {

    static final Setting<String> BIND_ADDRESS =
            Setting.string("AUTH_BIND_ADDRESS")
                    .defaultsTo("127.0.0.1")
                    .describedAs("Address to listen on.");
    static final Setting<Integer> PORT =
            Setting.integer("AUTH_PORT")
                    .between(0, 65_535)
                    .defaultsTo(8001)
                    .describedAs("Port to listen on; 0 for any free one.");
    static final Setting<Integer> MANAGEMENT_PORT =
            Setting.integer("AUTH_MANAGEMENT_PORT")
                    .between(0, 65_535)
                    .defaultsTo(9001)
                    .describedAs("Port of metrics on loopback; 0 for any free one.");
    static final Setting<URI> ISSUER =
            Setting.url("AUTH_ISSUER")
                    .defaultsTo(Tier.LOCAL, URI.create("http://127.0.0.1:8080"))
                    .defaultsTo(Tier.TEST, URI.create("http://127.0.0.1:8080"))
                    .mustIn(
                            Set.of(Tier.STAGING, Tier.PRODUCTION),
                            "be an https address",
                            "Put TLS before the platform and give that address.",
                            issuer -> "https".equalsIgnoreCase(issuer.getScheme()))
                    .describedAs(
                            "Public address of the platform: the issuer of its tokens; https makes"
                                    + " cookies secure.");
    static final Setting<List<String>> ALLOWED_ORIGINS =
            Setting.listOf("AUTH_ALLOWED_ORIGINS", SettingTypes.STRING)
                    .defaultsTo(List.of())
                    .describedAs("Origins besides the own one whose pages may sign people in.");
    static final Setting<List<String>> TRUSTED_PROXIES =
            Setting.listOf("AUTH_TRUSTED_PROXIES", SettingTypes.STRING)
                    .defaultsTo(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"))
                    .describedAs("Addresses whose X-Forwarded-For is believed.");

    static final Setting<Boolean> FAST_TEST =
            Setting.bool("AUTH_FAST_TEST")
                    .defaultsTo(false)
                    .describedAs("Accounts in the memory of the process (SQLite); tier test only.");
    static final DatabaseSettings DATABASE = DatabaseSettings.of("AUTH_", 15_433, "apex_auth");
    static final Setting<String> DATABASE_OWNER =
            Setting.string("AUTH_DATABASE_OWNER")
                    .defaultsTo("apex_auth_owner")
                    .describedAs("Role that owns the tables and migrates them at start.");
    static final Setting<Secret> DATABASE_OWNER_PASSWORD =
            Setting.secret("AUTH_DATABASE_OWNER_PASSWORD")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its password; without it somebody else migrates.");
    static final Setting<Secret> SIGNING_KEY =
            Setting.secret("AUTH_SIGNING_KEY")
                    .optionalIn(Tier.LOCAL, Tier.TEST)
                    .reloadableAtRuntime()
                    .must(
                            "be a P-256 private key in PEM (PKCS#8)",
                            "Make one: openssl genpkey -algorithm EC -pkeyopt"
                                    + " ec_paramgen_curve:P-256",
                            key -> reads(key, EcKeys::privateKey))
                    .describedAs(
                            "Signs tokens. Without it, in local and test, one of the process.");
    static final Setting<Secret> SIGNING_KEY_NEXT =
            Setting.secret("AUTH_SIGNING_KEY_NEXT")
                    .optional()
                    .reloadableAtRuntime()
                    .must(
                            "be a P-256 private key in PEM (PKCS#8)",
                            "Make one, or take it out.",
                            key -> reads(key, EcKeys::privateKey))
                    .describedAs("Published ahead of its use as the signing key.");
    static final Setting<Secret> SIGNING_KEY_PREVIOUS =
            Setting.secret("AUTH_SIGNING_KEY_PREVIOUS")
                    .optional()
                    .reloadableAtRuntime()
                    .must(
                            "be one or more P-256 public keys in PEM, or the former private key",
                            "Put the former signing key's public half here, or take it out.",
                            key -> reads(key, EcKeys::verificationKeys))
                    .describedAs("Former keys, published until their last token has expired.");
    static final Setting<Secret> BACKEND_PUBLIC_KEY =
            Setting.secret("AUTH_BACKEND_PUBLIC_KEY")
                    .optionalIn(Tier.LOCAL, Tier.TEST)
                    .reloadableAtRuntime()
                    .must(
                            "be one or more P-256 public keys in PEM",
                            "Take it from the backend's private key: openssl pkey -pubout",
                            key -> reads(key, EcKeys::publicKeys))
                    .describedAs("Keys of the service client 'backend'.");

    static final Setting<Secret> MANAGEMENT_TOKEN =
            Setting.secret("AUTH_MANAGEMENT_TOKEN")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Lets an administrator reload on the management port.");

    static final Setting<Duration> ACCESS_TOKEN_LIFE =
            Setting.duration("AUTH_ACCESS_TOKEN_LIFE")
                    .between(Duration.ofMinutes(1), Duration.ofMinutes(15))
                    .defaultsTo(Duration.ofMinutes(15))
                    .describedAs("How long a person's access token holds.");
    static final Setting<Duration> SERVICE_TOKEN_LIFE =
            Setting.duration("AUTH_SERVICE_TOKEN_LIFE")
                    .between(Duration.ofSeconds(30), Duration.ofMinutes(5))
                    .defaultsTo(Duration.ofMinutes(5))
                    .describedAs("How long a service's token holds.");
    static final Setting<Duration> SESSION_LIFE =
            Setting.duration("AUTH_SESSION_LIFE")
                    .between(Duration.ofHours(1), Duration.ofDays(90))
                    .defaultsTo(Duration.ofDays(30))
                    .reloadableAtRuntime()
                    .describedAs("Longest time of a sign-in, whatever is done with it.");
    static final Setting<Duration> SESSION_IDLE =
            Setting.duration("AUTH_SESSION_IDLE")
                    .between(Duration.ofMinutes(30), Duration.ofDays(90))
                    .defaultsTo(Duration.ofDays(7))
                    .reloadableAtRuntime()
                    .describedAs("Longest time of a sign-in without a refresh.");
    static final Setting<Integer> SESSIONS_PER_ACCOUNT =
            Setting.integer("AUTH_SESSIONS_PER_ACCOUNT")
                    .between(1, 1000)
                    .defaultsTo(50)
                    .reloadableAtRuntime()
                    .describedAs("Sign-ins of one account at a time; the oldest gives way.");

    static final Setting<Integer> PASSWORD_MEMORY_KIB =
            Setting.integer("AUTH_PASSWORD_MEMORY_KIB")
                    .between(19 * 1024, 1024 * 1024)
                    .defaultsTo(19 * 1024)
                    .describedAs("Memory of one Argon2id hash.");
    static final Setting<Integer> PASSWORD_ITERATIONS =
            Setting.integer("AUTH_PASSWORD_ITERATIONS")
                    .between(2, 20)
                    .defaultsTo(2)
                    .describedAs("Passes of one Argon2id hash.");
    static final Setting<Integer> HASHING_CONCURRENCY =
            Setting.integer("AUTH_HASHING_CONCURRENCY")
                    .between(1, 256)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Hashes at once; as many as there are cores unless set.");
    static final Setting<Integer> HASHING_QUEUE =
            Setting.integer("AUTH_HASHING_QUEUE")
                    .between(1, 10_000)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Hashes that may wait; eight times as many unless set.");
    static final Setting<Duration> HASHING_PATIENCE =
            Setting.duration("AUTH_HASHING_PATIENCE")
                    .between(Duration.ofMillis(100), Duration.ofSeconds(30))
                    .defaultsTo(Duration.ofSeconds(3))
                    .reloadableAtRuntime()
                    .describedAs("How long a hash may wait before 503.");

    static final Setting<Integer> LOCKOUT_FAILURES =
            Setting.integer("AUTH_LOCKOUT_FAILURES")
                    .between(3, 100)
                    .defaultsTo(10)
                    .reloadableAtRuntime()
                    .describedAs("Wrong passwords that lock an address.");
    static final Setting<Duration> LOCKOUT_TIME =
            Setting.duration("AUTH_LOCKOUT_TIME")
                    .between(Duration.ofMinutes(1), Duration.ofDays(1))
                    .defaultsTo(Duration.ofMinutes(15))
                    .reloadableAtRuntime()
                    .describedAs("How long they count together, and how long the lock holds.");
    static final Setting<Integer> LOGINS_PER_MINUTE =
            Setting.integer("AUTH_LOGINS_PER_MINUTE")
                    .between(1, 1_000_000)
                    .defaultsTo(Tier.LOCAL, 6000)
                    .defaultsTo(Tier.TEST, 6000)
                    .defaultsTo(60)
                    .reloadableAtRuntime()
                    .describedAs("Sign-in attempts of one client address.");
    static final Setting<Integer> REGISTRATIONS_PER_HOUR =
            Setting.integer("AUTH_REGISTRATIONS_PER_HOUR")
                    .between(1, 1_000_000)
                    .defaultsTo(Tier.LOCAL, 60_000)
                    .defaultsTo(Tier.TEST, 60_000)
                    .defaultsTo(30)
                    .reloadableAtRuntime()
                    .describedAs("New accounts of one client address.");

    static final Setting<Duration> CLEANUP_INTERVAL =
            Setting.duration("AUTH_CLEANUP_INTERVAL")
                    .between(Duration.ofSeconds(1), Duration.ofDays(1))
                    .defaultsTo(Duration.ofMinutes(10))
                    .describedAs("Between two rounds of deleting what has expired.");
    static final Setting<Duration> AUDIT_RETENTION =
            Setting.duration("AUTH_AUDIT_RETENTION")
                    .between(Duration.ofDays(1), Duration.ofDays(3650))
                    .defaultsTo(Duration.ofDays(180))
                    .describedAs("How long events about accounts are kept.");

    static final LogSettings LOG = LogSettings.of("AUTH_");

    static final ServiceSettings SETTINGS =
            ServiceSettings.of("auth", "AUTH_")
                    .with(BIND_ADDRESS, PORT, MANAGEMENT_PORT)
                    .with(ISSUER, ALLOWED_ORIGINS, TRUSTED_PROXIES)
                    .with(FAST_TEST)
                    .and(DATABASE::declareWithoutCredentials)
                    .with(DATABASE_OWNER, DATABASE_OWNER_PASSWORD)
                    .with(SIGNING_KEY, SIGNING_KEY_NEXT, SIGNING_KEY_PREVIOUS)
                    .with(BACKEND_PUBLIC_KEY)
                    .with(MANAGEMENT_TOKEN)
                    .with(ACCESS_TOKEN_LIFE, SERVICE_TOKEN_LIFE)
                    .with(SESSION_LIFE, SESSION_IDLE, SESSIONS_PER_ACCOUNT)
                    .with(PASSWORD_MEMORY_KIB, PASSWORD_ITERATIONS)
                    .with(HASHING_CONCURRENCY, HASHING_QUEUE, HASHING_PATIENCE)
                    .with(LOCKOUT_FAILURES, LOCKOUT_TIME)
                    .with(LOGINS_PER_MINUTE, REGISTRATIONS_PER_HOUR)
                    .with(CLEANUP_INTERVAL, AUDIT_RETENTION)
                    .and(LOG::declare)
                    .where(Rule.onlyIn(FAST_TEST, Tier.TEST), AuthEnvironment::oneDatabase);

    private AuthEnvironment() {}

    /** A real database or the one in memory: credentials of the first forbid the second. */
    private static List<Rule.Violation> oneDatabase(Rule.Reader values) {
        boolean memory = values.get(FAST_TEST);
        boolean password =
                values.find(DATABASE.password()).isPresent()
                        || values.find(DATABASE.login()).isPresent();
        if (memory && (password || values.find(DATABASE_OWNER_PASSWORD).isPresent())) {
            return List.of(
                    new Rule.Violation(
                            FAST_TEST,
                            "is on although there are credentials of a real database",
                            "Take the credentials out, or set it to false."));
        }
        if (!memory && !password) {
            return List.of(
                    new Rule.Violation(
                            DATABASE.password(),
                            "is not set",
                            "Put it into the directory of secrets, or set AUTH_FAST_TEST=true."));
        }
        return List.of();
    }

    private static boolean reads(Secret value, Consumer<String> reader) {
        try {
            reader.accept(value.reveal());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
