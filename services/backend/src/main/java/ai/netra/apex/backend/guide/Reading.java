package ai.netra.apex.backend.guide;

import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the guide makes of a message: by patterns, so that the same words always mean the same.
 *
 * @param intents at least one
 * @param subject what to look for in the person's threads; empty for the latest ones
 * @param zone the time zone asked for; null for none
 * @param followsUp whether the message only makes sense after the one before
 */
record Reading(Set<Intent> intents, String subject, @Nullable String zone, boolean followsUp) {

    private static final Pattern GREETING =
            pattern(
                    "^(hi|hello|hey|hiya|howdy|greetings|good (morning|afternoon|evening|day)"
                            + "|hallo|moin|servus|bonjour|hola)\\b(?!.*\\?)");
    private static final Pattern THANKS =
            pattern(
                    "^(thanks|thank you|thx|ty|great|cool|nice|ok|okay|perfect|wonderful|awesome"
                            + "|bye|goodbye|good night|see you)\\b(?!.*\\?)");
    private static final Pattern CAPABILITIES =
            pattern(
                    "what (can|could|do) you do|what can i (ask|do here)|who are you|what are you"
                            + "|are you (an? )?(real )?(llm|large|language model|ai|bot|human"
                            + "|person|robot|chatgpt|gpt|claude)|how (can|do) you (help|work)"
                            + "|your (abilities|capabilities|features)|^help( me)?[.!?]?$"
                            + "|what is (the )?(apex )?guide|introduce yourself|^/help");
    private static final Pattern MODELS =
            pattern(
                    "(which|what|list|show|available)\\b.{0,30}\\bmodels?\\b(?!.*\\b(configure|add"
                            + "|connect|set up|setup|install|key)\\b)|models? (are|is) (there"
                            + "|available)");
    private static final Pattern HOW_TO =
            pattern(
                    "\\bhow (do|does|can|could|should|to|is|are)\\b(?!.*\\b(doing|going)\\b)"
                            + "|\\b(configure|configuration|set ?up|endpoint|explain|document"
                            + "|what does|why)\\b");
    private static final Pattern HEALTH =
            pattern(
                    "\\b(health|healthy|status|outage|operational|up and running|degraded)\\b"
                            + "|\\b(is|are)\\b.{0,40}\\b(up|down|working|running|broken|ok|okay"
                            + "|alive|fine)\\b");
    private static final Pattern USAGE =
            pattern(
                    "\\b(my|our|i|we)\\b.{0,40}\\b(usage|tokens?|spending|consumption)\\b"
                            + "|\\b(usage|tokens?)\\b.{0,40}\\b(my|mine|i|we|our)\\b"
                            + "|how (much|many).{0,40}\\b(have i|did i|i have|i've|we)\\b.{0,20}"
                            + "\\b(use|used|spent|sent|asked|consumed)\\b"
                            + "|^(show )?(me )?(the )?(usage|tokens)[.!?]?$");
    private static final Pattern TIME =
            pattern(
                    "what('s| is)? (the )?(current )?(time|date)\\b|what time is it|what day"
                            + "|today'?s date|current (time|date)|which day");
    private static final Pattern ZONE = pattern("\\bin ([a-z][a-z _/.-]{1,40})[?.! ]*$");
    private static final String THINGS =
            "(?:threads?|chats?|conversations?|messages?|history|notes|discussions?)";
    private static final List<Pattern> OWN_THREADS =
            List.of(
                    pattern(
                            "\\b(?:search|find|look|browse|go)\\b.{0,30}?\\b(?:my|our|all|past|old"
                                    + "|earlier|previous)\\b.{0,20}?\\b"
                                    + THINGS
                                    + "\\b(?:\\s+(?:for|about|on|with|where|that|mentioning"
                                    + "|containing|regarding))?(?<subject>.*)"),
                    pattern(
                            "\\b(?:what|where|when|how) (?:did|have|had|do) (?:i|we|you)"
                                    + " (?:ever )?(?:say|said|ask|asked|talk|talked|speak|write"
                                    + "|written|mention|mentioned|discuss|discussed|tell|told"
                                    + "|chat|chatted)(?: you)?(?: about| of| on)?(?<subject>.*)"),
                    pattern(
                            "\\b(?:have|did) (?:i|we) (?:ever |already )?(?:asked?|said|say"
                                    + "|talked?|spoken|mention|mentioned|discuss|discussed|written"
                                    + "|write)(?: you)?(?: about| of| on)?(?<subject>.*)"),
                    pattern(
                            "\\b(?:my|our)\\b.{0,20}\\b"
                                    + THINGS
                                    + "\\b\\s*(?:about|on|with|mentioning|containing|regarding)?"
                                    + "(?<subject>.*)"));
    private static final Pattern FOLLOW_UP =
            pattern(
                    "^(and|what about|how about|tell me more|more|go on|continue|why|how so"
                            + "|what else|anything else|show me more|details)\\b");

    static Reading of(String message) {
        String text = message.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        boolean brief = lower.split("\\s+").length <= 5;
        Set<Intent> intents = EnumSet.noneOf(Intent.class);
        String subject = "";
        if (CAPABILITIES.matcher(lower).find()) {
            return new Reading(EnumSet.of(Intent.CAPABILITIES), "", null, false);
        }
        boolean howTo = HOW_TO.matcher(lower).find();
        if (TIME.matcher(lower).find()) {
            intents.add(Intent.TIME);
        }
        if (!howTo && HEALTH.matcher(lower).find()) {
            intents.add(Intent.HEALTH);
        }
        if (!howTo || lower.startsWith("how many") || lower.startsWith("how much")) {
            if (USAGE.matcher(lower).find()) {
                intents.add(Intent.USAGE);
            }
        }
        if (!howTo && MODELS.matcher(lower).find()) {
            intents.add(Intent.MODELS);
        }
        if (intents.isEmpty()) {
            String found = ownThreads(text);
            if (found != null) {
                intents.add(Intent.OWN_THREADS);
                subject = found;
            }
        }
        if (intents.isEmpty() && brief && GREETING.matcher(lower).find()) {
            intents.add(Intent.GREETING);
        }
        if (intents.isEmpty() && brief && THANKS.matcher(lower).find()) {
            intents.add(Intent.THANKS);
        }
        if (intents.isEmpty()) {
            intents.add(Intent.QUESTION);
        }
        String zone = intents.contains(Intent.TIME) ? zone(lower) : null;
        return new Reading(intents, subject, zone, brief && FOLLOW_UP.matcher(lower).find());
    }

    private static @Nullable String ownThreads(String text) {
        for (Pattern pattern : OWN_THREADS) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                return cleaned(matcher.group("subject"));
            }
        }
        return null;
    }

    /** A subject without the marks and small words around it. */
    private static String cleaned(String subject) {
        String clean = subject.replaceAll("[?!.\"“”„‘’`]+", " ").strip();
        clean =
                clean.replaceFirst(
                        "(?i)^(?:(?:i|we|you|for|about|on|of|the|a|an|that|is|are|was|were|said"
                                + "|asked|mentioned|talked|last|have|had)\\b\\s*)+",
                        "");
        clean =
                clean.replaceFirst(
                        "(?i)\\s*\\b(please|before|again|earlier|recently|last (week|month|time)|yesterday|today)$",
                        "");
        return clean.strip();
    }

    private static @Nullable String zone(String lower) {
        Matcher matcher = ZONE.matcher(lower);
        if (!matcher.find()) {
            return null;
        }
        String place = matcher.group(1).strip().replace(' ', '_');
        return ZoneId.getAvailableZoneIds().stream()
                .filter(id -> id.contains("/") || id.equals("UTC"))
                .filter(
                        id -> {
                            String name = id.toLowerCase(Locale.ROOT);
                            return name.equals(place) || name.endsWith("/" + place);
                        })
                .sorted()
                .findFirst()
                .orElse(null);
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }
}
