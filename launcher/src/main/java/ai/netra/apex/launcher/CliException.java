package ai.netra.apex.launcher;

/**
 * A command cannot go on: the message says what, where and what to do, and is all that a person
 * sees. The exit code follows sysexits(3) where one fits.
 */
public class CliException extends RuntimeException {

    /** Something else on the machine is in the way: a taken port, a full disk. */
    public static final int UNAVAILABLE = 69;

    /** A part failed to start or a build failed. */
    public static final int SOFTWARE = 70;

    /** A file or directory cannot be written. */
    public static final int CANNOT_CREATE = 73;

    private final int exitCode;

    public CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CliException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
