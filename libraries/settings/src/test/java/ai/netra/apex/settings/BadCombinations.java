package ai.netra.apex.settings;

import java.util.List;

/** Values that contradict each other, do not fit the tier, or stand under a wrong name. */
final class BadCombinations extends BadConfigurations {
    @Override
    void rows() {
        contradictions();
        tiers();
        names();
    }

    private void contradictions() {
        value("DEMO_MANAGEMENT_PORT", "8000", "same value as DEMO_PORT");
        value("DEMO_DATABASE_SESSIONS_PER_USER", "21", "more than DEMO_DATABASE_POOL_SIZE");
        value("DEMO_STATEMENT_TIMEOUT", "60s", "not shorter than DEMO_POOL_WAIT");
        value("DEMO_STATEMENT_TIMEOUT", "2m", "not shorter than DEMO_POOL_WAIT");
        add(
                "pool wait as long as the request",
                "DEMO_POOL_WAIT",
                "not shorter than DEMO_REQUEST_TIMEOUT",
                f -> f.env("DEMO_REQUEST_TIMEOUT", "60s"));
        add(
                "webhook without its secret",
                "DEMO_WEBHOOK_SECRET",
                "not set although DEMO_WEBHOOK_URL is",
                f -> f.env("DEMO_WEBHOOK_URL", "https://hooks.example.com/x"));
        add(
                "models without a model",
                "DEMO_MODEL_NAME",
                "not set although DEMO_MODELS is true",
                f -> f.env("DEMO_MODELS", "true"));
        add(
                "the same secret twice",
                "DEMO_SIGNING_KEY",
                "same value as DEMO_DATABASE_PASSWORD",
                f -> f.secret("signing-key", "canary-Db7!x9Qw2"));
        add(
                "Vault's token without Vault",
                "DEMO_VAULT_ADDRESS",
                "not set although DEMO_VAULT_TOKEN_FILE is",
                f -> f.env("DEMO_VAULT_TOKEN_FILE", "/run/token"));
        add(
                "Vault without a token",
                "DEMO_VAULT_TOKEN_FILE",
                "not set although DEMO_VAULT_ADDRESS is",
                f -> f.env("DEMO_VAULT_ADDRESS", "https://vault.internal:8200"));
    }

    private void tiers() {
        for (String host :
                List.of("localhost", "127.0.0.1:5432", "127.1.2.3", "[::1]:5432", "db.localhost")) {
            value("DEMO_DATABASE_HOSTS", host, "loopback");
        }
        value("DEMO_REDIS_URL", "rediss://localhost:6379", "loopback");
        value("DEMO_REDIS_URL", "redis://redis.internal:6379", "use TLS");
        value("DEMO_DATABASE_SSLMODE", "disable", "verify-full");
        value("DEMO_DATABASE_SSLMODE", "require", "verify-full");
        value("DEMO_SECURE_COOKIES", "false", "be true");
        value("DEMO_FAST_TEST", "true", "exists in tier test only");
        add(
                "fast-test mode in staging",
                "DEMO_FAST_TEST",
                "exists in tier test only",
                f -> f.tier("staging").env("DEMO_FAST_TEST", "true"));
        add(
                "fast-test mode in local",
                "DEMO_FAST_TEST",
                "exists in tier test only",
                f -> f.tier("local").env("DEMO_FAST_TEST", "true"));
        add(
                "loopback database in staging",
                "DEMO_DATABASE_HOSTS",
                "loopback",
                f -> f.tier("staging").env("DEMO_DATABASE_HOSTS", "localhost"));
        add(
                "Vault without TLS",
                "DEMO_VAULT_ADDRESS",
                "https",
                f ->
                        f.env("DEMO_VAULT_ADDRESS", "http://vault.internal:8200")
                                .env("DEMO_VAULT_TOKEN_FILE", "/run/token"));
    }

    private void names() {
        for (String key :
                List.of(
                        "DEMO_PROT",
                        "DEMO_DATABASE_HOST",
                        "DEMO_DATABASEHOSTS",
                        "DEMO_Port",
                        "DEMO_",
                        "DEMO_SOMETHING_ELSE_ALTOGETHER")) {
            value(key, "1", "not a key of service demo");
        }
        value("DMEO_DATABASE_HOSTS", "db", "not a key of service demo");
        value("DEM0_DATABASE_HOSTS", "db", "not a key of service demo");
        value("APEX_TEIR", "local", "not a key of service demo");
        value("DEMO_QUERY_TIMEOUT", "30s", "renamed to DEMO_STATEMENT_TIMEOUT");
        value("DEMO_WORKERS", "4", "retired");
        value("DEMO_DATABASE_PASSWORD_FILE", "/run/secrets/x", "not a key of service demo");
    }
}
