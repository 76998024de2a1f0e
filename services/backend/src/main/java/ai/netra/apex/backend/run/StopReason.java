package ai.netra.apex.backend.run;

/** Why a run has to end before its executor is done. */
enum StopReason {
    PERSON,
    DEADLINE,
    TOO_LONG,
    TOO_MANY_EVENTS,
    TAKEN_OVER,
    SHUTDOWN
}
