package ai.netra.apex.servicekit;

import ai.netra.apex.servicekit.http.HttpConfiguration;
import ai.netra.apex.servicekit.logs.LogLevels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/**
 * Starts a Spring service on values that were read and validated before. Spring sees no environment
 * variable, no system property, no file and no command line: its environment holds only what this
 * class and the service put there, so that nothing can change a setting behind the validation.
 *
 * <pre>{@code
 * ServiceApplication.named("backend")
 *         .http(config.http())
 *         .bean(RunConfig.class, config.run())
 *         .configuredBy(BackendConfiguration.class)
 *         .start();
 * }</pre>
 *
 * <p>Not thread-safe; used once, in {@code main}.
 */
public final class ServiceApplication {

    private final String name;
    private final Map<Class<?>, Object> beans = new LinkedHashMap<>();
    private final List<Class<?>> configurations = new ArrayList<>();
    private final Map<String, Object> springProperties = new HashMap<>();
    private final Map<Class<?>, Supplier<?>> live = new LinkedHashMap<>();
    private LogLevels logLevels = LogLevels.standard();
    private HttpServerConfig http = HttpServerConfig.loopback(0, 0);

    private ServiceApplication(String name) {
        this.name = name;
    }

    /** A service called {@code name} in logs, health and metrics. */
    public static ServiceApplication named(String name) {
        return new ServiceApplication(name);
    }

    /** How it listens. */
    public ServiceApplication http(HttpServerConfig config) {
        this.http = config;
        return this;
    }

    /**
     * Puts a value made in {@code main} where the service's classes can ask for it. Values that are
     * {@link AutoCloseable} are closed when the service stops.
     */
    public <T> ServiceApplication bean(Class<T> type, T value) {
        if (beans.putIfAbsent(type, value) != null) {
            throw new IllegalArgumentException(
                    "a value of " + type.getName() + " is there already");
        }
        return this;
    }

    /**
     * Puts a value that may change while the service runs where the service's classes can ask for
     * it, as a {@code Supplier} of its type: it gives the one in force, an immutable record.
     */
    public <T> ServiceApplication live(Class<T> type, Supplier<T> value) {
        if (live.putIfAbsent(type, value) != null) {
            throw new IllegalArgumentException(
                    "a live value of " + type.getName() + " is there already");
        }
        return this;
    }

    /** What is logged from the start. */
    public ServiceApplication logLevels(LogLevels levels) {
        this.logLevels = levels;
        return this;
    }

    /** The service's Spring configuration classes. */
    public ServiceApplication configuredBy(Class<?>... classes) {
        configurations.addAll(List.of(classes));
        return this;
    }

    /** A property of Spring itself, for what has no setting of ours; the last one wins. */
    public ServiceApplication spring(String key, Object value) {
        springProperties.put(key, value);
        return this;
    }

    /**
     * Starts the service and returns when it accepts requests.
     *
     * @throws RuntimeException when it cannot start; what had started is stopped
     */
    public RunningService start() {
        configurations.add(HttpConfiguration.class);
        var application = new SpringApplication(configurations.toArray(Class<?>[]::new));
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setBannerMode(Banner.Mode.OFF);
        application.setAddCommandLineProperties(false);
        // ServiceMain does it, and says how it went.
        application.setRegisterShutdownHook(false);
        application.setEnvironment(new SealedEnvironment());
        application.setDefaultProperties(defaults());
        application.setListeners(
                application.getListeners().stream()
                        .filter(l -> !(l instanceof EnvironmentPostProcessorApplicationListener))
                        .toList());
        application.addInitializers(registerBeans());
        ConfigurableApplicationContext context = application.run();
        return new RunningService(context);
    }

    private ApplicationContextInitializer<GenericApplicationContext> registerBeans() {
        return context -> {
            context.registerBean(ServiceName.class, () -> new ServiceName(name));
            context.registerBean(HttpServerConfig.class, () -> http);
            beans.forEach((type, value) -> register(context, type, value));
            live.forEach((type, value) -> registerLive(context, type, value));
        };
    }

    @SuppressWarnings("unchecked") // bean(Class<T>, T) let in only pairs that fit
    private static <T> void register(
            GenericApplicationContext context, Class<?> type, Object value) {
        context.registerBean((Class<T>) type, (Supplier<T>) () -> (T) value);
    }

    private static void registerLive(
            GenericApplicationContext context, Class<?> type, Supplier<?> value) {
        var definition = new RootBeanDefinition();
        definition.setTargetType(ResolvableType.forClassWithGenerics(Supplier.class, type));
        definition.setInstanceSupplier(() -> value);
        context.registerBeanDefinition("live " + type.getName(), definition);
    }

    private Map<String, Object> defaults() {
        var defaults = new HashMap<String, Object>();
        defaults.put("spring.application.name", name);
        defaults.put("spring.threads.virtual.enabled", true);
        defaults.put("spring.main.log-startup-info", false);
        defaults.put("spring.mvc.log-resolved-exception", false);
        defaults.put("spring.web.resources.add-mappings", false);
        defaults.put("spring.lifecycle.timeout-per-shutdown-phase", http.drain().toMillis() + "ms");
        defaults.put("server.address", http.address());
        defaults.put("server.port", http.port());
        defaults.put("server.shutdown", "graceful");
        defaults.put("server.error.whitelabel.enabled", false);
        defaults.put("server.tomcat.connection-timeout", http.idleTimeout().toMillis() + "ms");
        // Tomcat's 100 would end the edge's connections all the time; the idle limit bounds them.
        defaults.put("server.tomcat.max-keep-alive-requests", -1);
        defaults.put("server.tomcat.max-swallow-size", http.maxBodyBytes() + "B");
        defaults.put("server.max-http-request-header-size", "16KB");
        // A stop is told to its end.
        defaults.put("logging.register-shutdown-hook", false);
        logLevels
                .byPackage()
                .forEach((name, level) -> defaults.put("logging.level." + name, level.name()));
        if (http.structuredLogs()) {
            defaults.put("logging.structured.format.console", "ecs");
            defaults.put("logging.structured.ecs.service.name", name);
        } else {
            defaults.put("logging.pattern.correlation", "[%X{correlationId:-}] ");
        }
        defaults.putAll(springProperties);
        return defaults;
    }

    /** The name of the service, for logs, health and metrics. */
    public record ServiceName(String value) {}

    /** An environment without the process's variables and properties. */
    private static final class SealedEnvironment extends StandardEnvironment {
        @Override
        protected void customizePropertySources(MutablePropertySources propertySources) {
            // Left empty on purpose: StandardEnvironment would add both sources here.
        }
    }
}
