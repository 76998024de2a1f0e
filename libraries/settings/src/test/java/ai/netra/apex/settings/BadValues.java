package ai.netra.apex.settings;

import java.util.List;

/** Values that are missing, malformed or out of range. */
final class BadValues extends BadConfigurations {
    @Override
    void rows() {
        missing();
        numbers();
        durationsAndSizes();
        booleansAndEnums();
        hosts();
        urls();
        texts();
    }

    private void missing() {
        for (String key : List.of("APEX_TIER", "DEMO_DATABASE_HOSTS", "DEMO_REDIS_URL")) {
            add(key + " missing", key, "not set", f -> f.unset(key));
            value(key, "", "empty");
            value(key, "   ", "empty");
        }
        add(
                "secret missing",
                "DEMO_DATABASE_PASSWORD",
                "required in tier production",
                f -> f.noSecret("database-password"));
        add(
                "secret directory not named",
                "DEMO_DATABASE_PASSWORD",
                "required in tier production",
                f -> f.unset("DEMO_SECRETS_DIR"));
        value("DEMO_PORT", "", "empty");
        value("DEMO_REGION", "\t", "empty");
    }

    private void numbers() {
        for (String bad :
                List.of(
                        "abc", "80a", "8000.5", "0x50", "8,000", "8_000", "1e3", "--5", "٨٠٠٠",
                        "NaN")) {
            value("DEMO_PORT", bad, "not a whole number");
        }
        value("DEMO_PORT", "0", "from 1 to 65535");
        value("DEMO_PORT", "-1", "from 1 to 65535");
        value("DEMO_PORT", "65536", "from 1 to 65535");
        value("DEMO_PORT", "99999999999", "too large");
        value("DEMO_PORT", "99999999999999999999", "not a whole number");
        value("DEMO_PORT", " 8000", "white space");
        value("DEMO_PORT", "8000 ", "white space");
        value("DEMO_PORT", "8000\n", "white space");
        value("DEMO_SEED", "9223372036854775808", "too large");
        value("DEMO_SEED", "one", "not a whole number");
        value("DEMO_SAMPLING", "1.5", "from 0 to 1");
        value("DEMO_SAMPLING", "-0.1", "from 0 to 1");
        value("DEMO_SAMPLING", "half", "not a decimal");
        value("DEMO_SAMPLING", "NaN", "not a decimal");
        value("DEMO_SAMPLING", "Infinity", "not a decimal");
        value("DEMO_SAMPLING", "0,5", "not a decimal");
        value("DEMO_DATABASE_POOL_SIZE", "1", "from 2 to 200");
        value("DEMO_DATABASE_POOL_SIZE", "201", "from 2 to 200");
        value("DEMO_CONNECT_RETRIES", "-1", "from 0 to 20");
        value("DEMO_CONNECT_RETRIES", "21", "from 0 to 20");
        value("DEMO_MANAGEMENT_PORT", "70000", "from 1 to 65535");
    }

    private void durationsAndSizes() {
        value("DEMO_REQUEST_TIMEOUT", "600", "without a unit");
        value("DEMO_REQUEST_TIMEOUT", "600 s", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "600sec", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "600S", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "-600s", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "1.5m", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "forever", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "PT", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "-PT10M", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "P1Y", "not a duration");
        value("DEMO_REQUEST_TIMEOUT", "999999999999999d", "to 1h");
        value("DEMO_REQUEST_TIMEOUT", "0s", "from 1s");
        value("DEMO_REQUEST_TIMEOUT", "2h", "to 1h");
        value("DEMO_STATEMENT_TIMEOUT", "99ms", "from 100ms");
        value("DEMO_STATEMENT_TIMEOUT", "11m", "must be from");
        value("DEMO_CONNECT_TIMEOUT", "2m", "must be from");
        value("DEMO_INFRASTRUCTURE_DELAY", "31s", "must be from");
        value("DEMO_BODY_LIMIT", "10", "not a size");
        value("DEMO_BODY_LIMIT", "10M", "no unit");
        value("DEMO_BODY_LIMIT", "10 XB", "no unit");
        value("DEMO_BODY_LIMIT", "-10MB", "not a size");
        value("DEMO_BODY_LIMIT", "1.5MB", "not a size");
        value("DEMO_BODY_LIMIT", "MB", "not a size");
        value("DEMO_BODY_LIMIT", "999999999TiB", "too large");
        value("DEMO_BODY_LIMIT", "1B", "from 1KiB");
        value("DEMO_BODY_LIMIT", "101MiB", "to 100MiB");
    }

    private void booleansAndEnums() {
        for (String bad : List.of("yes", "1", "TRUE", "on", "tru")) {
            value("DEMO_MODELS", bad, "neither true nor false");
        }
        value("APEX_TIER", "prod", "did you mean production");
        value("APEX_TIER", "Production", "did you mean production");
        value("APEX_TIER", "development", "not one of");
        value("APEX_TIER", "local,test", "not one of");
        value("DEMO_DATABASE_SSLMODE", "verify_full", "did you mean verify-full");
        value("DEMO_DATABASE_SSLMODE", "VERIFY-FULL", "did you mean verify-full");
        value("DEMO_DATABASE_SSLMODE", "prefer", "not one of");
    }

    private void hosts() {
        String key = "DEMO_DATABASE_HOSTS";
        value(key, "db1:", "port");
        value(key, "db1:0", "port");
        value(key, "db1:65536", "port");
        value(key, "db1:abc", "port");
        value(key, "db1:5432:1", "IPv6");
        value(key, ":5432", "not a host name");
        value(key, "db_1!:5432", "not a host name");
        value(key, "-db:5432", "not a host name");
        value(key, "db..internal", "not a host name");
        value(key, "256.1.1.1", "not a host name");
        value(key, "10.0.0", "not a host name");
        value(key, "[::1", "bracket");
        value(key, "[::zz]:5432", "not an IPv6");
        value(key, "fe80::1", "IPv6");
        value(key, "postgres://db1:5432", "URL where a host");
        value(key, "db1,", "element 2 is empty");
        value(key, ",db1", "element 1 is empty");
        value(key, "db1,,db2", "element 2 is empty");
        value(key, "db1,db1", "twice");
        value(key, "db1;db2", "not a host name");
        value(key, "db one", "not a host name");
        value(key, "h".repeat(300), "longer than");
    }

    private void urls() {
        String key = "DEMO_WEBHOOK_URL";
        value(key, "example.com/hook", "not a URL");
        value(key, "https://", "not a URL");
        value(key, "https:///hook", "not a URL");
        value(key, "//host/hook", "not a URL");
        value(key, "https://host:99999/", "port");
        value(key, "https://host:0/", "port");
        value(key, "https://ho st/", "not a URL");
        value(key, "https://host/%zz", "not a URL");
        value(key, "https://user:canaryPw@host/", "credentials in it");
        value(key, "https://user@host/", "credentials in it");
        value(key, "https://user:canary pw@host/", "does not belong");
        value(key, "https://host/?token=canary123", "credential among its parameters");
        value(key, "https://host/?a=b&api_key=canary123", "credential among its parameters");
        value(key, "https://host/?PASSWORD=canary123", "credential among its parameters");
    }

    private void texts() {
        value("DEMO_REGION", "EU-west-1", "must be a region");
        value("DEMO_REGION", "eu-west-1\n", "white space");
        value("DEMO_REGION", "eu\u0007-west-1", "control character");
        value("DEMO_REGION", "eu\0-west-1", "NUL");
        value("DEMO_REGION", "e".repeat(70_000), "longer than 64 KiB");
        value("DEMO_DATA_DIR", "relative/path", "not an absolute path");
        value("DEMO_DATA_DIR", "~/apex", "not an absolute path");
        value("DEMO_DATA_DIR", "./apex", "not an absolute path");
    }
}
