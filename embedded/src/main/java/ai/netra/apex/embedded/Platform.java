package ai.netra.apex.embedded;

import java.util.Locale;

/** The platforms the engines' binaries are published for. */
public enum Platform {
    LINUX_X64,
    LINUX_ARM64,
    MACOS_X64,
    MACOS_ARM64;

    /**
     * The platform of this JVM.
     *
     * @throws EngineException on a platform without binaries
     */
    public static Platform current() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
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

    boolean isLinux() {
        return this == LINUX_X64 || this == LINUX_ARM64;
    }
}
