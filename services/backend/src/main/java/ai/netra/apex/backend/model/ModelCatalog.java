package ai.netra.apex.backend.model;

import ai.netra.apex.backend.run.RunModels;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that can be chosen, read from the providers in the background and answered from
 * memory. A provider that does not answer keeps the models it had, marked unavailable. Thread-safe.
 */
public final class ModelCatalog implements RunModels, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelCatalog.class);
    private static final int MAX_PER_PROVIDER = 500;

    /** The pause after the first look without an answer; each further one doubles it. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<ModelsConfig> config;
    private final ModelGateway gateway;
    private final Map<String, Listing> listings = new ConcurrentHashMap<>();
    private final Set<String> refusingTools = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor clockwork =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().name("model-catalog").daemon().factory());
    private final ExecutorService lookers = Executors.newVirtualThreadPerTaskExecutor();

    @GuardedBy("this")
    private final List<Look> looks = new ArrayList<>();

    private ModelCatalog(Supplier<ModelsConfig> config, ModelGateway gateway) {
        this.config = config;
        this.gateway = gateway;
        clockwork.setRemoveOnCancelPolicy(true);
    }

    /** Starts reading the lists; returns at once, with the configured models only. */
    public static ModelCatalog start(Supplier<ModelsConfig> config, ModelGateway gateway) {
        var catalog = new ModelCatalog(config, gateway);
        catalog.look();
        return catalog;
    }

    /**
     * Takes what is configured now: providers come and go at once, a new one's models as soon as it
     * has listed them.
     */
    public synchronized void follow() {
        gateway.follow(config.get());
        look();
    }

    private synchronized void look() {
        looks.forEach(Look::stop);
        looks.clear();
        var kept = new HashMap<String, Listing>();
        for (Provider provider : gateway.providers()) {
            String name = provider.config().name();
            Listing before = listings.get(name);
            kept.put(name, before == null ? Listing.first(provider) : before.of(provider));
        }
        listings.keySet().retainAll(kept.keySet());
        listings.putAll(kept);
        // Only now: what is listed for a provider that is not known yet is thrown away.
        gateway.providers().forEach(provider -> looks.add(new Look(provider)));
        looks.forEach(Look::begin);
    }

    /** Every model, the built-in one first. */
    public List<Model> models() {
        List<Model> models = new ArrayList<>();
        models.add(
                new Model(
                        ModelsConfig.GUIDE,
                        "Apex Guide",
                        "Netra Apex",
                        true,
                        null,
                        true,
                        ModelsConfig.GUIDE.equals(defaultModel())));
        for (Provider provider : gateway.providers()) {
            ProviderConfig about = provider.config();
            Listing listing = listings.get(about.name());
            if (listing == null) {
                continue;
            }
            for (Protocol.ListedModel listed : listing.models().values()) {
                String id = about.name() + "/" + listed.name();
                models.add(
                        new Model(
                                id,
                                listed.title(),
                                about.title(),
                                supportsTools(id, about, listed),
                                listed.contextWindow(),
                                listing.answers(),
                                id.equals(defaultModel())));
            }
        }
        return models;
    }

    @Override
    public String defaultModel() {
        String wanted = config.get().defaultModel();
        return offers(wanted) ? wanted : ModelsConfig.GUIDE;
    }

    @Override
    public boolean offers(String model) {
        return model.equals(ModelsConfig.GUIDE) || listed(model) != null;
    }

    /** Whether {@code model} may be told of tools. */
    public boolean supportsTools(String model) {
        Provider provider = gateway.provider(model);
        Protocol.ListedModel listed = listed(model);
        return provider != null
                && listed != null
                && supportsTools(model, provider.config(), listed);
    }

    /** Notes that a model refused tools, so that it is not told of them again. */
    public void refusedTools(String model) {
        if (refusingTools.size() < 1_000 && refusingTools.add(model)) {
            LOG.info("{} refused tools and is asked without them from now on", model);
        }
    }

    /** Why a provider's models are not available; for operators. */
    public Map<String, String> troubles() {
        Map<String, String> troubles = new LinkedHashMap<>();
        for (Provider provider : gateway.providers()) {
            Listing listing = listings.get(provider.config().name());
            if (listing != null && listing.trouble() != null && !provider.config().discovered()) {
                troubles.put(provider.config().title(), listing.trouble());
            }
        }
        return troubles;
    }

    private boolean supportsTools(String id, ProviderConfig provider, Protocol.ListedModel listed) {
        return provider.tools()
                && !config.get().toolsOff().contains(id)
                && !refusingTools.contains(id)
                && !Boolean.FALSE.equals(listed.tools());
    }

    private Protocol.@Nullable ListedModel listed(String model) {
        int slash = model.indexOf('/');
        Listing listing = slash <= 0 ? null : listings.get(model.substring(0, slash));
        return listing == null ? null : listing.models().get(model.substring(slash + 1));
    }

    private static Map<String, Protocol.ListedModel> configured(Provider provider) {
        Map<String, Protocol.ListedModel> models = new LinkedHashMap<>();
        for (String name : provider.config().models()) {
            models.put(name, new Protocol.ListedModel(name, name, null, null));
        }
        return models;
    }

    /** Reads one provider's list; whether it answered. */
    private boolean refresh(Provider provider) throws InterruptedException {
        String title = provider.config().title();
        boolean discovered = provider.config().discovered();
        try {
            Listing before =
                    put(
                            provider,
                            new Listing(provider, choose(provider, provider.listModels()), null));
            if (before != null && (before.trouble() != null || before.models().isEmpty())) {
                LOG.info("{} offers its models", title);
            }
            return true;
        } catch (IOException e) {
            String trouble = String.valueOf(e.getMessage());
            Listing known = listings.get(provider.config().name());
            // One that was only looked for and is not there is no model to offer.
            var kept =
                    discovered || known == null
                            ? Map.<String, Protocol.ListedModel>of()
                            : known.models();
            Listing before = put(provider, new Listing(provider, kept, trouble));
            if (before != null && !discovered && before.trouble() == null) {
                LOG.warn("{} does not list its models: {}", title, trouble);
            }
            return false;
        }
    }

    /**
     * Keeps what a provider listed; returns what was known of it before. Nothing is kept, and null
     * returned, when the provider was configured otherwise while it was asked.
     */
    private @Nullable Listing put(Provider provider, Listing listing) {
        String name = provider.config().name();
        Listing[] replaced = new Listing[1];
        listings.computeIfPresent(
                name,
                (_, before) -> {
                    if (before.provider() != provider) {
                        return before;
                    }
                    replaced[0] = before;
                    return listing;
                });
        return replaced[0];
    }

    private static Map<String, Protocol.ListedModel> choose(
            Provider provider, List<Protocol.ListedModel> listed) {
        Map<String, Protocol.ListedModel> byName = new LinkedHashMap<>();
        listed.stream().limit(MAX_PER_PROVIDER).forEach(m -> byName.put(m.name(), m));
        if (!provider.config().narrowed()) {
            return byName;
        }
        Map<String, Protocol.ListedModel> chosen = configured(provider);
        chosen.replaceAll((name, model) -> byName.getOrDefault(name, model));
        return chosen;
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        lookers.shutdownNow();
    }

    /**
     * One provider's list, read again and again: at the configured pace, and sooner while it does
     * not answer. A slow provider holds up neither the others nor its own next look.
     */
    private final class Look {
        private final Provider provider;

        /** Whoever is being looked for is seldom there, and asked no more often for that. */
        private final boolean patient;

        private int failures;
        private volatile boolean over;
        private volatile @Nullable Future<?> next;

        private Look(Provider provider) {
            this.provider = provider;
            this.patient = provider.config().discovered();
        }

        private void begin() {
            lookers.execute(this::look);
        }

        private void stop() {
            over = true;
            Future<?> planned = next;
            if (planned != null) {
                planned.cancel(false);
            }
        }

        private void look() {
            if (over) {
                return;
            }
            int failed = failures + 1;
            try {
                failed = refresh(provider) ? 0 : failed;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                // Also after what nobody expected: a list that is never read again helps nobody.
                failures = failed;
                plan();
            }
        }

        private void plan() {
            try {
                next = clockwork.schedule(this::begin, pause().toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                over = true;
            }
        }

        private Duration pause() {
            Duration refresh = config.get().refresh();
            if (failures == 0 || patient) {
                return refresh;
            }
            Duration growing = RETRY.multipliedBy(1L << Math.min(failures - 1, 16));
            return growing.compareTo(refresh) < 0 ? growing : refresh;
        }
    }

    /** A provider's models and, when it did not answer, why. */
    private record Listing(
            Provider provider, Map<String, Protocol.ListedModel> models, @Nullable String trouble) {

        private static Listing first(Provider provider) {
            return new Listing(provider, configured(provider), null);
        }

        /** What is known of a provider that is configured anew: all, if it is where it was. */
        private Listing of(Provider next) {
            return next.config().isAt(provider.config())
                    ? new Listing(next, choose(next, List.copyOf(models.values())), trouble)
                    : first(next);
        }

        private boolean answers() {
            return trouble == null;
        }
    }
}
