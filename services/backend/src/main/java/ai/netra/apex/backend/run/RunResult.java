package ai.netra.apex.backend.run;

/**
 * The end of a run that succeeded, or was stopped on request.
 *
 * @param text the whole answer: everything given to {@link RunSink#textDelta}, in order
 * @param usage what it used
 */
public record RunResult(String text, Usage usage) {}
