package ai.netra.apex.backend.search;

import java.util.concurrent.CompletableFuture;

/** The documentation's index, built in the background so that the service starts without it. */
public final class Documentation {

    private final CompletableFuture<DocumentationIndex> index = new CompletableFuture<>();

    private Documentation() {}

    /** Begins to build the index of this build's pages. */
    public static Documentation load() {
        var documentation = new Documentation();
        Thread.ofVirtual()
                .name("documentation-index")
                .start(
                        () -> {
                            try {
                                documentation.index.complete(DocumentationIndex.ofThisBuild());
                            } catch (RuntimeException | Error e) {
                                documentation.index.completeExceptionally(e);
                            }
                        });
        return documentation;
    }

    /** The index; waits for it when it is not ready yet. */
    public DocumentationIndex index() {
        return index.join();
    }
}
