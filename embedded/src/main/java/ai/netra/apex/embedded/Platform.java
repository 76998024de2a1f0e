package ai.netra.apex.embedded;

import java.util.Locale;

/** The platforms the engines' binaries are published for. */
public enum Platform {
    LINUX_X64(
            "postgres-linux-x86_64.txz",
            "redis-server-6.2.6-v5-linux-amd64",
            "@chdb/lib-linux-x64-gnu"),
    LINUX_ARM64(
            "postgres-linux-arm_64.txz",
            "redis-server-6.2.7-linux-arm64",
            "@chdb/lib-linux-arm64-gnu"),
    MACOS_X64(
            "postgres-darwin-x86_64.txz",
            "redis-server-6.2.6-v5-darwin-amd64",
            "@chdb/lib-darwin-x64"),
    MACOS_ARM64(
            "postgres-darwin-arm_64.txz",
            "redis-server-6.2.6-v5-darwin-arm64",
            "@chdb/lib-darwin-arm64");

    private final String postgresArchive;
    private final String redisProgram;
    private final String clickhousePackage;

    Platform(String postgresArchive, String redisProgram, String clickhousePackage) {
        this.postgresArchive = postgresArchive;
        this.redisProgram = redisProgram;
        this.clickhousePackage = clickhousePackage;
    }

    /**
     * The platform of this JVM.
     *
     * @throws EngineException on a platform without binaries
     */
    public static Platform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    /** The platform the JVM calls {@code os.name} and {@code os.arch}. */
    static Platform of(String name, String architecture) {
        String system = name.toLowerCase(Locale.ROOT);
        String processor = architecture.toLowerCase(Locale.ROOT);
        boolean arm = processor.equals("aarch64") || processor.equals("arm64");
        boolean intel = processor.equals("amd64") || processor.equals("x86_64");
        if (system.contains("linux") && (arm || intel)) {
            return arm ? LINUX_ARM64 : LINUX_X64;
        }
        if (system.contains("mac") && (arm || intel)) {
            return arm ? MACOS_ARM64 : MACOS_X64;
        }
        throw new EngineException(
                "There are no database binaries for "
                        + system
                        + " on "
                        + processor
                        + ": use Linux or macOS on x86-64 or ARM64.");
    }

    /** The resource with PostgreSQL's programs. */
    String postgresArchive() {
        return postgresArchive;
    }

    /** The resource that is Redis's program. */
    String redisProgram() {
        return redisProgram;
    }

    /** The npm package with the ClickHouse library. */
    String clickhousePackage() {
        return clickhousePackage;
    }
}
