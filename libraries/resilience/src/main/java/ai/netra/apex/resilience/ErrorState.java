package ai.netra.apex.resilience;

/** The eight ways in which work on a dependency can be in trouble, each with its way out. */
public enum ErrorState {
    CONFIG("reload the configuration", "the configuration is wrong"),
    URL("rebuild the address", "the address cannot be built from the configuration"),
    ENGINE("build the pool anew", "the pool cannot be built"),
    CONNECTION("back off and connect again", "the network or the server is broken"),
    POOL("wait for a session", "sessions are short for too long"),
    SESSION("roll back and destroy the session", "data may be left inconsistent"),
    TRANSACTION("run it again where that is safe", "what became of it is unknown"),
    TIMEOUT("cancel, and run it again within its deadline", "the infrastructure is too slow");

    private final String recovery;
    private final String fatal;

    ErrorState(String recovery, String fatal) {
        this.recovery = recovery;
        this.fatal = fatal;
    }

    /** What is done about it without a person. */
    public String recovery() {
        return recovery;
    }

    /** What it means when that does not help. */
    public String fatal() {
        return fatal;
    }
}
