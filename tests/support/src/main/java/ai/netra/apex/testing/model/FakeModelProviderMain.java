package ai.netra.apex.testing.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * The provider as a process of its own, for load runs: {@code [--port=N] [--deltas=200]
 * [--per-second=50] [--first-after-ms=0] [--stamped]}. Prints {@code listening <port>} when it
 * accepts requests and runs until it is ended. The deltas are {@code "w1 "}, {@code "w2 "} …, so
 * that a reader can tell a lost one from a doubled one; stamped, each also carries the time it was
 * sent.
 */
public final class FakeModelProviderMain {

    private FakeModelProviderMain() {}

    /** Starts the provider. */
    public static void main(String[] args) throws InterruptedException {
        int port = option(args, "port", 0);
        int deltas = option(args, "deltas", 200);
        int perSecond = option(args, "per-second", 50);
        int first = option(args, "first-after-ms", 0);
        boolean stamped = Arrays.asList(args).contains("--stamped");
        Duration gap = perSecond == 0 ? Duration.ZERO : Duration.ofSeconds(1).dividedBy(perSecond);
        Script script = Script.begin().pause(Duration.ofMillis(first));
        for (int i = 1; i <= deltas; i++) {
            script = stamped ? script.sayStamped("w" + i) : script.say("w" + i + " ");
            if (!gap.isZero()) {
                script = script.pause(gap);
            }
        }
        Script standing = script.usage(10, deltas);
        try (var provider = FakeModelProvider.start(port)) {
            provider.withoutRecording().models("load-test").respond(exchange -> standing);
            System.out.println("listening " + provider.port());
            new CountDownLatch(1).await();
        }
    }

    private static int option(String[] args, String name, int otherwise) {
        String prefix = "--" + name + "=";
        return Arrays.stream(args)
                .filter(a -> a.startsWith(prefix))
                .map(a -> Integer.parseInt(a.substring(prefix.length())))
                .findFirst()
                .orElse(otherwise);
    }
}
