package ai.netra.apex.settings;

/**
 * Where a value came from.
 *
 * @param kind which of the sources
 * @param detail the place in it, for example a file with its line; may be empty
 */
public record Origin(Kind kind, String detail) {
    /** The sources, each winning over those before it. */
    public enum Kind {
        /** The declaration's default for the tier. */
        DEFAULT("default"),
        /** The file of {@code --config} or {@code <PREFIX>CONFIG_FILE}. */
        FILE("file"),
        /** The process's environment, or the file of {@code --env-file} in its stead. */
        ENVIRONMENT("environment"),
        /** A secret's file, or a secret store. */
        SECRET_FILE("secret"),
        /** The command line. */
        COMMAND_LINE("command line");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The name in messages. */
        public String label() {
            return label;
        }
    }

    static final Origin NOT_SET = new Origin(Kind.DEFAULT, "not set");

    /** In words, for example {@code file /etc/apex/backend.conf line 3}. */
    @Override
    public String toString() {
        return detail.equals("not set")
                ? detail
                : detail.isEmpty() ? kind.label() : kind.label() + " " + detail;
    }
}
