package ai.netra.apex.backend.model;

/** What came is not what the protocol allows, or is an error told inside a stream. */
final class DecodeException extends Exception {

    private final ModelException.Kind kind;

    private DecodeException(ModelException.Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static DecodeException malformed(String what) {
        return new DecodeException(ModelException.Kind.MALFORMED, what);
    }

    static DecodeException tooLong(String what) {
        return new DecodeException(ModelException.Kind.TOO_LONG, what);
    }

    /** The provider says so itself, in mid-stream. */
    static DecodeException told(ModelException.Kind kind, String message) {
        return new DecodeException(kind, message);
    }

    ModelException.Kind kind() {
        return kind;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
