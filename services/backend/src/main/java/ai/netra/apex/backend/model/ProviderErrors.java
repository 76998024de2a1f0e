package ai.netra.apex.backend.model;

import ai.netra.apex.backend.model.ModelException.Kind;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says a provider's failure in words for the person who asked. Stateless. */
final class ProviderErrors {

    private static final int MAX_MESSAGE = 300;
    private static final Pattern CONTEXT =
            Pattern.compile(
                    "context_length|context length|context window|maximum context|too many tokens"
                            + "|prompt is too long|input token count|exceeds the maximum number of"
                            + " tokens|exceed_context_size|context size",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTA =
            Pattern.compile(
                    "insufficient_quota|exceeded your current quota|billing|credit balance",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern FILTER =
            Pattern.compile("content_filter|content_policy|safety", Pattern.CASE_INSENSITIVE);
    private static final Pattern TOOLS = Pattern.compile("tool|function", Pattern.CASE_INSENSITIVE);
    private static final Pattern KEY_LIKE =
            Pattern.compile("\\b(sk|pk|key|AIza|xai|gsk)[-_A-Za-z0-9*]{8,}");

    private ProviderErrors() {}

    /**
     * The failure an HTTP error answer stands for.
     *
     * @param message the provider's own words; null when it has none
     */
    static ModelException ofStatus(
            ProviderConfig provider,
            String model,
            int status,
            String code,
            @Nullable String message,
            @Nullable Duration retryAfter,
            boolean hadTools) {
        String words = message == null ? "" : message;
        String both = code + " " + words;
        Kind kind = kind(status, both, hadTools);
        return new ModelException(
                kind,
                provider.name(),
                status,
                detail(kind, provider, model, status, words),
                retryAfter,
                null);
    }

    private static Kind kind(int status, String text, boolean hadTools) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 413 -> Kind.CONTEXT_TOO_LONG;
            case 429 -> QUOTA.matcher(text).find() ? Kind.QUOTA : Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            case 400, 404, 422 -> {
                if (CONTEXT.matcher(text).find()) {
                    yield Kind.CONTEXT_TOO_LONG;
                }
                if (text.contains("API key")) {
                    // Gemini answers a wrong key with 400.
                    yield Kind.AUTHENTICATION;
                }
                if (hadTools && TOOLS.matcher(text).find()) {
                    yield Kind.TOOLS_UNSUPPORTED;
                }
                if (FILTER.matcher(text).find()) {
                    yield Kind.CONTENT_FILTERED;
                }
                if (QUOTA.matcher(text).find()) {
                    yield Kind.QUOTA;
                }
                yield status == 404 ? Kind.MODEL_UNKNOWN : Kind.REQUEST_REFUSED;
            }
            default -> status >= 500 ? Kind.SERVER_ERROR : Kind.REQUEST_REFUSED;
        };
    }

    private static String detail(
            Kind kind, ProviderConfig provider, String model, int status, String words) {
        String name = provider.title();
        return switch (kind) {
            case AUTHENTICATION -> {
                String where =
                        provider.keyName() == null
                                ? "no key is set up for it"
                                : "the key is the secret " + provider.keyName();
                yield name
                        + " refused our key. An operator has to put it right ("
                        + where
                        + "); meanwhile choose another model.";
            }
            case PERMISSION ->
                    name
                            + " does not allow our key to use "
                            + model
                            + ". Choose another model, or ask an operator."
                            + said(words);
            case MODEL_UNKNOWN -> name + " has no model " + model + ". Choose another one.";
            case QUOTA ->
                    "The account at "
                            + name
                            + " has no credit left. An operator has to top it up; meanwhile choose"
                            + " another model.";
            case RATE_LIMITED ->
                    name + " is being asked too often. Wait a moment, or choose another model.";
            case CONTEXT_TOO_LONG ->
                    "This conversation is longer than "
                            + model
                            + " can read. Start a new thread, or choose a model with a larger"
                            + " context.";
            case CONTENT_FILTERED ->
                    name + " declined to answer for reasons of content. Say it in other words.";
            case OVERLOADED ->
                    name + " is overloaded. Try again in a moment, or choose another model.";
            case SERVER_ERROR ->
                    name
                            + " had an error of its own (status "
                            + status
                            + "). Try again, or choose another model."
                            + said(words);
            default ->
                    name
                            + " did not accept the request (status "
                            + status
                            + "). Choose another model, or tell an operator."
                            + said(words);
        };
    }

    private static String said(String words) {
        if (words.isBlank()) {
            return "";
        }
        String clean = KEY_LIKE.matcher(words.strip()).replaceAll("[key]");
        clean = clean.replaceAll("\\s+", " ");
        return " It said: “"
                + (clean.length() > MAX_MESSAGE ? clean.substring(0, MAX_MESSAGE) + "…" : clean)
                + "”";
    }

    /** A failure that has no HTTP status, or came in mid-stream. */
    static ModelException of(
            Kind kind, ProviderConfig provider, @Nullable String words, @Nullable Throwable cause) {
        String name = provider.title();
        String said = words == null ? "" : said(words);
        Duration retryAfter = null;
        String detail =
                switch (kind) {
                    case UNREACHABLE -> {
                        retryAfter = Duration.ofSeconds(10);
                        yield name
                                + " cannot be reached at "
                                + provider.baseUrl().getAuthority()
                                + ". Try again in a moment, or choose another model; an operator"
                                + " can check its address and that it is running.";
                    }
                    case FIRST_TOKEN_TIMEOUT ->
                            name
                                    + " did not begin to answer within "
                                    + seconds(provider.limits().firstToken())
                                    + ". Try again, or choose another model.";
                    case IDLE_TIMEOUT ->
                            name
                                    + " fell silent for "
                                    + seconds(provider.limits().idle())
                                    + " in the middle of its answer. Ask again.";
                    case DEADLINE ->
                            "The answer took longer than this run may take. Ask for less at once.";
                    case CUT -> name + " broke off in the middle of its answer. Ask again." + said;
                    case MALFORMED ->
                            name
                                    + " sent something that is not its protocol ("
                                    + (words == null ? "unreadable" : words)
                                    + "). Ask again; if it happens again, tell an operator.";
                    case TOO_LONG ->
                            name
                                    + " sent "
                                    + (words == null ? "too much" : words)
                                    + ", which is more than is accepted here.";
                    case OVERLOADED ->
                            name
                                    + " is overloaded. Try again in a moment, or choose another"
                                    + " model.";
                    case RATE_LIMITED ->
                            name
                                    + " is being asked too often. Wait a moment, or choose another"
                                    + " model.";
                    case CONTENT_FILTERED ->
                            name
                                    + " declined to answer for reasons of content. Say it in other"
                                    + " words.";
                    case BUSY -> {
                        retryAfter = Duration.ofSeconds(5);
                        yield "As many answers as allowed are already being written by "
                                + name
                                + ". Try again in a moment.";
                    }
                    case CANCELLED -> "The answer was stopped.";
                    default -> name + " failed." + said;
                };
        return new ModelException(kind, provider.name(), 0, detail, retryAfter, cause);
    }

    /** The breaker is open: the provider is given {@code wait} to recover. */
    static ModelException breakerOpen(ProviderConfig provider, Duration wait) {
        return new ModelException(
                Kind.BREAKER_OPEN,
                provider.name(),
                0,
                provider.title()
                        + " has been failing, so it is left alone for a moment. Try again in "
                        + Math.max(1, wait.toSeconds())
                        + " s, or choose another model.",
                wait,
                null);
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    /** {@code Retry-After} as seconds or as a date; null when absent or unreadable. */
    static @Nullable Duration retryAfter(@Nullable String header, Clock clock) {
        if (header == null || header.isBlank()) {
            return null;
        }
        try {
            double seconds = Double.parseDouble(header.strip());
            return seconds >= 0 && seconds < 1e6
                    ? Duration.ofMillis((long) Math.ceil(seconds * 1000))
                    : null;
        } catch (NumberFormatException notSeconds) {
            try {
                Instant at =
                        ZonedDateTime.parse(
                                        header.strip(),
                                        DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(
                                                Locale.ROOT))
                                .toInstant();
                Duration wait = Duration.between(clock.instant(), at);
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeException unreadable) {
                return null;
            }
        }
    }
}
