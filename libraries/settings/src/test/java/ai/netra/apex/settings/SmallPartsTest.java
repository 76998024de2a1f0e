package ai.netra.apex.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
    @Test
    @Tag("INF-3")
    void aSecretCannotBePrinted() {
        Secret secret = Secret.of("canary-1");
        assertThat(secret.toString()).isEqualTo("[secret]");
        assertThat("%s".formatted(secret)).doesNotContain("canary");
        assertThat(secret).isEqualTo(Secret.of("canary-1")).isNotEqualTo(Secret.of("canary-2"));
        assertThat(secret).isNotInstanceOf(java.io.Serializable.class);
    }

    @Test
    @Tag("AUT-1")
    void anEnvironmentHoldsWhatItsServiceDeclaredAndNothingElse() {
        ServiceSettings one =
                ServiceSettings.of("one", "ONE_").with(Setting.string("ONE_A").optional());
        ServiceSettings two =
                ServiceSettings.of("two", "TWO_").with(Setting.string("TWO_A").optional());
        Map<String, String> shared =
                new HashMap<>(Map.of("ONE_A", "1", "TWO_A", "2", "PATH", "/x"));
        IsolatedEnvironment first = IsolatedEnvironment.capture(one, shared);
        IsolatedEnvironment second = IsolatedEnvironment.capture(two, shared);
        shared.put("ONE_A", "changed");
        shared.put("TWO_A", "changed");
        assertThat(first.get("ONE_A")).contains("1");
        assertThat(second.get("TWO_A")).contains("2");
        assertThatThrownBy(() -> first.get("TWO_A")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> first.get("PATH")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> first.keys().add("X"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(first.toString()).doesNotContain("1");
    }

    @Test
    @Tag("AUT-3")
    void aDatabaseOfAnotherTierServiceOrClusterIsRefused() {
        UUID cluster = UUID.fromString("00000000-0000-7000-8000-000000000001");
        EnvironmentMarker marker = new EnvironmentMarker(Tier.PRODUCTION, "auth", cluster);
        assertThat(marker.refusal(Tier.PRODUCTION, "auth", Optional.of(cluster))).isEmpty();
        assertThat(marker.refusal(Tier.PRODUCTION, "auth", Optional.empty())).isEmpty();
        for (Tier tier : new Tier[] {Tier.LOCAL, Tier.TEST, Tier.STAGING}) {
            assertThat(marker.refusal(tier, "auth", Optional.empty()))
                    .hasValueSatisfying(text -> assertThat(text).contains("tier production"));
        }
        assertThat(marker.refusal(Tier.PRODUCTION, "backend", Optional.empty())).isPresent();
        assertThat(marker.refusal(Tier.PRODUCTION, "auth", Optional.of(new UUID(1, 2))))
                .isPresent();
    }

    @Test
    @Tag("NET-3")
    void connectingFollowsTheTier() {
        Setting<Duration> timeout = TierDefaults.connectTimeout("ONE_CONNECT_TIMEOUT");
        Setting<Integer> retries = TierDefaults.connectRetries("ONE_CONNECT_RETRIES");
        assertThat(timeout.defaultIn(Tier.LOCAL)).contains(Duration.ofSeconds(5));
        assertThat(retries.defaultIn(Tier.LOCAL)).contains(3);
        for (Tier tier : new Tier[] {Tier.STAGING, Tier.PRODUCTION}) {
            assertThat(timeout.defaultIn(tier)).contains(Duration.ofSeconds(10));
            assertThat(retries.defaultIn(tier)).contains(5);
        }
    }

    @Test
    void sizesAndTimesAreWrittenSoThatTheyReadBack() {
        for (String text : new String[] {"0B", "1023B", "64KiB", "10MiB", "3GiB", "2TiB"}) {
            assertThat(DataSize.parse(text)).hasToString(text);
        }
        assertThat(DataSize.parse("10MB").bytes()).isEqualTo(10_000_000);
        for (String text :
                new String[] {"0s", "250ms", "30s", "600s", "11m", "4h", "7d", "1500ms"}) {
            assertThat(SettingTypes.formatDuration(SettingTypes.DURATION_TYPE.parse(text)))
                    .isEqualTo(text);
        }
        for (String text : new String[] {"db", "db:5432", "[::1]:5432", "10.0.0.1:1"}) {
            assertThat(HostAndPort.parse(text)).hasToString(text);
        }
    }
}
