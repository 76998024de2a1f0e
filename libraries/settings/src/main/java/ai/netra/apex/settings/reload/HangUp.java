package ai.netra.apex.settings.reload;

import java.lang.reflect.Proxy;

/**
 * Takes the signal SIGHUP, by reflection: {@code sun.misc.Signal} is in every JVM of the OpenJDK
 * but not in the platform's API.
 */
final class HangUp {
    private HangUp() {}

    /** Runs the action on each SIGHUP; returns whether this JVM can. */
    static boolean handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            HangUp.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) -> {
                                return switch (method.getName()) {
                                    case "handle" -> {
                                        action.run();
                                        yield null;
                                    }
                                    // The one handler there is equals only itself, by identity.
                                    case "equals" ->
                                            System.identityHashCode(self)
                                                    == System.identityHashCode(arguments[0]);
                                    case "hashCode" -> System.identityHashCode(self);
                                    default -> "reload on SIGHUP";
                                };
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // No such signal on this system, or a JVM started with -Xrs: files and calls remain.
            return false;
        }
    }
}
