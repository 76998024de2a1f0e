package ai.netra.apex.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("NET-1")
class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, LINUX_X64",
        "Linux, x86_64, LINUX_X64",
        "Linux, aarch64, LINUX_ARM64",
        "Mac OS X, x86_64, MACOS_X64",
        "Mac OS X, aarch64, MACOS_ARM64",
        "Mac OS X, arm64, MACOS_ARM64",
    })
    void knowsEachPlatformByWhatTheJvmCallsIt(String system, String processor, Platform expected) {
        assertThat(Platform.of(system, processor)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Windows 11, amd64",
        "Linux, riscv64",
        "Linux, i386",
        "FreeBSD, amd64",
        "Mac OS X, ppc",
        "'', ''",
    })
    void saysWhatToUseWhereThereAreNoEngines(String system, String processor) {
        assertThatThrownBy(() -> Platform.of(system, processor))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(system.toLowerCase(java.util.Locale.ROOT))
                .hasMessageContaining("Linux or macOS on x86-64 or ARM64");
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX_X64, postgres-linux-x86_64.txz, redis-server-6.2.6-v5-linux-amd64,"
                + " @chdb/lib-linux-x64-gnu",
        "LINUX_ARM64, postgres-linux-arm_64.txz, redis-server-6.2.7-linux-arm64,"
                + " @chdb/lib-linux-arm64-gnu",
        "MACOS_X64, postgres-darwin-x86_64.txz, redis-server-6.2.6-v5-darwin-amd64,"
                + " @chdb/lib-darwin-x64",
        "MACOS_ARM64, postgres-darwin-arm_64.txz, redis-server-6.2.6-v5-darwin-arm64,"
                + " @chdb/lib-darwin-arm64",
    })
    void namesTheProgramsOfEachPlatform(
            Platform platform, String postgres, String redis, String clickhouse) {
        assertThat(platform.postgresArchive()).isEqualTo(postgres);
        assertThat(platform.redisProgram()).isEqualTo(redis);
        assertThat(platform.clickhousePackage()).isEqualTo(clickhouse);
    }

    /** A build on one platform carries the programs of all, so that its jars run on each. */
    @ParameterizedTest
    @EnumSource(Platform.class)
    void findsTheProgramsOfEachPlatformOnTheClasspath(Platform platform) {
        ClassLoader loader = PlatformTest.class.getClassLoader();
        assertThat(loader.getResource(platform.postgresArchive())).isNotNull();
        assertThat(loader.getResource(platform.redisProgram())).isNotNull();
    }
}
