package ai.netra.apex.backend.guide;

/** What a message asks of the guide. */
enum Intent {
    GREETING,
    THANKS,
    CAPABILITIES,
    MODELS,
    HEALTH,
    USAGE,
    TIME,
    OWN_THREADS,
    QUESTION
}
