package ai.netra.apex.auth.session;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a handler under {@code /auth}. Without this annotation: a person with a valid access
 * token whose session stands.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Access {

    /** Who. */
    Who value();

    /** The kinds of callers. */
    enum Who {
        /** Anybody. */
        ANYONE,
        /** One of the platform's services, with a token made for this one. */
        SERVICE
    }
}
