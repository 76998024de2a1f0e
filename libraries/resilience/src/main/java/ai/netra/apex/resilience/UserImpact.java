package ai.netra.apex.resilience;

/** How badly the person who waits is affected; the order is one of severity. */
public enum UserImpact {
    /** The request itself was wrong: only its sender is affected. */
    OWN_REQUEST,
    /** It takes longer: a retry is under way or advised. */
    DELAYED,
    /** The request failed and trying again will not help by itself. */
    FAILED,
    /** It is not certain whether the person's data was saved. */
    DATA_AT_RISK
}
