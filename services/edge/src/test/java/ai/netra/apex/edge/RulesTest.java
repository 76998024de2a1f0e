package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.InvalidConfigurationException;
import ai.netra.apex.settings.UnifiedConfigManager;
import ai.netra.apex.testing.tls.TestCertificate;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesTest {
    @Test
    void a_network_contains_its_addresses_only() {
        Network ten = Network.parse("10.0.0.0/8");
        Network odd = Network.parse("192.168.1.128/25");
        Network six = Network.parse("fd00::/8");

        assertThat(ten.contains(InetAddress.ofLiteral("10.255.0.1"))).isTrue();
        assertThat(ten.contains(InetAddress.ofLiteral("11.0.0.1"))).isFalse();
        assertThat(odd.contains(InetAddress.ofLiteral("192.168.1.129"))).isTrue();
        assertThat(odd.contains(InetAddress.ofLiteral("192.168.1.127"))).isFalse();
        assertThat(six.contains(InetAddress.ofLiteral("fd12::1"))).isTrue();
        assertThat(six.contains(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
        assertThat(Network.parse("127.0.0.1").prefix()).isEqualTo(32);
        assertThatThrownBy(() -> Network.parse("10.0.0.0/33"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Network.parse("localhost/8"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void two_spellings_of_an_origin_are_one() {
        assertThat(Origin.of("HTTPS://Chat.Example.com"))
                .isEqualTo(Origin.of("https://chat.example.com:443"));
        assertThat(Origin.of("http://a")).isNotEqualTo(Origin.of("https://a"));
        assertThat(Origin.of("null")).isEmpty();
        assertThat(Origin.of("https://a/path")).isEmpty();
        assertThat(Origin.of("file:///etc")).isEmpty();
        assertThat(Origin.of("https://user@a")).isEmpty();
    }

    @Test
    void a_trace_is_taken_up_only_when_it_is_well_formed() {
        String good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        assertThat(TraceContext.of(good).header()).isEqualTo(good);
        for (String bad :
                new String[] {
                    null,
                    "",
                    "x",
                    good.toUpperCase(java.util.Locale.ROOT),
                    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                    good + "\n"
                }) {
            assertThat(TraceContext.of(bad).header()).isNotEqualTo(bad).hasSize(55);
        }
    }

    @Test
    @Tag("ERR-9")
    void a_problem_is_json_whatever_its_text() {
        var problem =
                Problem.of(ErrorCode.UNAVAILABLE, "a \"quote\" \\ and \n a line", "id")
                        .retryAfter(3);

        assertThat(ProblemJson.of(problem))
                .isEqualTo(
                        "{\"type\":\"urn:apex:problem:unavailable\",\"title\":\"A part of the"
                                + " service is not available right now\",\"status\":503,\"detail\":"
                                + "\"a \\\"quote\\\" \\\\ and \\u000a a line\",\"code\":"
                                + "\"unavailable\",\"correlationId\":\"id\",\"retryable\":true,"
                                + "\"retryAfterSeconds\":3}");
        assertThat(ErrorPage.of(Problem.of(ErrorCode.INTERNAL, "<script>", "id")))
                .contains("&lt;script&gt;")
                .doesNotContain("<script>");
    }

    @Test
    @Tag("CFG-2")
    @Tag("NET-2")
    void the_defaults_of_tier_local_are_a_whole_configuration() {
        EdgeConfig config = load(Map.of());

        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.tls()).isNull();
        assertThat(config.upstreams().backend())
                .containsExactly(URI.create("http://127.0.0.1:8000"));
        assertThat(config.timeouts()).isEqualTo(EdgeConfig.Timeouts.DEFAULTS);
        assertThat(config.limits()).isEqualTo(EdgeConfig.Limits.DEFAULTS);
        assertThat(config.timeouts().request()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void a_client_is_an_address_or_a_network_of_which_one_machine_has_all() {
        InetAddress four = InetAddress.ofLiteral("192.0.2.7");
        assertThat(ClientConnections.client(four)).isEqualTo(four);
        assertThat(ClientConnections.client(InetAddress.ofLiteral("2001:db8:1:2:3:4:5:6")))
                .isEqualTo(ClientConnections.client(InetAddress.ofLiteral("2001:db8:1:2::9")))
                .isNotEqualTo(ClientConnections.client(InetAddress.ofLiteral("2001:db8:1:3::9")));
    }

    @Test
    @Tag("CFG-2")
    void each_setting_lands_where_it_belongs() {
        EdgeConfig config =
                load(
                        Map.of(
                                "EDGE_BACKEND_URLS",
                                "http://10.0.0.1:8000,http://10.0.0.2:8000",
                                "EDGE_BODY_LIMIT",
                                "1MiB",
                                "EDGE_CONNECTION_LIMIT_PER_CLIENT",
                                "77",
                                "EDGE_TRUSTED_PROXIES",
                                "10.0.0.0/8,fd00::/8",
                                "EDGE_ALLOWED_ORIGINS",
                                "https://chat.example.com",
                                "EDGE_REQUEST_TIMEOUT",
                                "120s"));

        assertThat(config.upstreams().backend()).hasSize(2);
        assertThat(config.limits().bodyBytes()).isEqualTo(1 << 20);
        assertThat(config.limits().connectionsPerClient()).isEqualTo(77);
        assertThat(config.trust().proxies()).hasSize(2);
        assertThat(config.trust().origins())
                .containsExactly(Origin.parse("https://chat.example.com"));
        assertThat(config.timeouts().request()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    @Tag("CFG-2")
    @Tag("NET-2")
    void what_cannot_be_meant_is_refused(@TempDir Path directory) throws Exception {
        Path certificate = directory.resolve("server.pem");
        Files.writeString(certificate, TestCertificate.selfSigned("localhost").chainPem());
        assertThatThrownBy(
                        () ->
                                load(
                                        Map.of(
                                                "EDGE_BACKEND_URLS", "http://10.0.0.1:8000/path",
                                                "EDGE_TLS_CERTIFICATE", certificate.toString(),
                                                "EDGE_BODY_TIMEOUT", "700s",
                                                "EDGE_TRUSTED_PROXIES", "everyone")))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e ->
                                assertThat(e.problems())
                                        .extracting(problem -> problem.key())
                                        .contains(
                                                "EDGE_BACKEND_URLS",
                                                "EDGE_TLS_KEY",
                                                "EDGE_BODY_TIMEOUT",
                                                "EDGE_TRUSTED_PROXIES"));
    }

    private static EdgeConfig load(Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.put("APEX_TIER", "local");
        return EdgeSettings.bind(
                UnifiedConfigManager.load(
                                EdgeSettings.SETTINGS, ConfigSources.ofEnvironment(environment))
                        .current());
    }
}
