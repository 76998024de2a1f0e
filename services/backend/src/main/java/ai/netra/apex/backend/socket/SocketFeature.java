package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.account.Tokens;
import ai.netra.apex.backend.message.MessageConfig;
import ai.netra.apex.backend.message.Messages;
import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.backend.run.Runs;
import ai.netra.apex.backend.thread.ThreadChanges;
import ai.netra.apex.backend.thread.ThreadConfig;
import ai.netra.apex.servicekit.health.HealthMonitor;
import ai.netra.apex.servicekit.http.ProblemMapping;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Puts the connections to clients together. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
@Import({EventStreamController.class, LimitsController.class, StatusController.class})
public class SocketFeature {

    @Bean
    LiveLimits limits(
            Supplier<MessageConfig> messages,
            Supplier<RunConfig> runs,
            Supplier<SocketConfig> sockets,
            Supplier<ThreadConfig> threads) {
        return () -> Limits.of(messages.get(), runs.get(), sockets.get(), threads.get());
    }

    @Bean
    Degradation degradation(HealthMonitor health) {
        return new Degradation(health);
    }

    @Bean(destroyMethod = "close")
    SocketHandler socketHandler(
            Supplier<SocketConfig> config,
            Tokens tokens,
            Messages messages,
            Runs runs,
            ThreadChanges changes,
            Degradation degradation,
            LiveLimits limits,
            ObjectProvider<ProblemMapping> mappings,
            MeterRegistry metrics,
            JsonMapper json) {
        var services =
                new Services(
                        config,
                        tokens,
                        messages,
                        runs,
                        changes,
                        degradation,
                        new ServerFrames(json, limits, config.get().pingInterval().toSeconds()),
                        new Problems(mappings.orderedStream().toList()),
                        json);
        var handler = new SocketHandler(services, Clock.systemUTC());
        Gauge.builder("apex.sockets", handler::count).register(metrics);
        return handler;
    }

    @Bean
    WebSocketConfigurer webSockets(SocketHandler handler) {
        // Which origins may connect is the edge's to say; the token is in a frame, never a cookie.
        return registry -> registry.addHandler(handler, "/ws").setAllowedOriginPatterns("*");
    }
}
