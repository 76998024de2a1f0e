package ai.netra.apex.auth.audit;

import java.time.Instant;

/** An event as it is shown to the person it is about. */
public record PastEvent(Instant at, String kind, String address, String detail) {}
