package ai.netra.apex.embedded.clickhouse;

/** Carries an {@link EngineError} to where it is answered. */
final class EngineFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient EngineError error;

    EngineFailure(EngineError error) {
        super(error.message());
        this.error = error;
    }

    EngineError error() {
        return error;
    }
}
