package ai.netra.apex.launcher.rotate;

/** Told of each step as it begins. */
@FunctionalInterface
public interface Steps {

    /** A step begins; {@code what} is half a sentence without anything secret. */
    void step(String what);
}
