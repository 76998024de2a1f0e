package ai.netra.apex.resilience;

/** An exception that knows what it means; the classifier asks no further. */
public interface Classified {

    /** What it means. */
    Failure failure();
}
