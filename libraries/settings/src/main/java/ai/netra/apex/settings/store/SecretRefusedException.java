package ai.netra.apex.settings.store;

/** Why a secret cannot be taken. The reason completes "KEY …"; neither text holds a secret. */
public final class SecretRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String suggestion;

    /**
     * Creates the refusal.
     *
     * @param reason completes "KEY …", for example {@code does not exist}
     * @param suggestion what to do, a sentence
     */
    public SecretRefusedException(String reason, String suggestion) {
        super(reason);
        this.suggestion = suggestion;
    }

    /** What is wrong; completes "KEY …". */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** What to do, a sentence. */
    public String suggestion() {
        return suggestion;
    }
}
