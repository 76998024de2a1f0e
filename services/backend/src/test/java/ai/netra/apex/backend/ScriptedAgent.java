package ai.netra.apex.backend;

import ai.netra.apex.backend.run.RunExecutor;
import ai.netra.apex.backend.run.RunFailedException;
import ai.netra.apex.backend.run.RunModels;
import ai.netra.apex.backend.run.RunRequest;
import ai.netra.apex.backend.run.RunResult;
import ai.netra.apex.backend.run.RunSink;
import ai.netra.apex.backend.run.Usage;
import ai.netra.apex.contracts.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An agent that does what the message says: {@code count N MILLIS} writes N numbers, one every so
 * often; {@code fill N} writes N thousand letters; {@code think MILLIS} thinks that long and then
 * answers; {@code tool}, {@code fail}, {@code hang}, {@code crash}, {@code history}; everything
 * else is echoed.
 */
@Configuration(proxyBeanMethods = false)
class ScriptedAgent {

    static final String MODEL = "test/scripted";

    @Bean
    RunExecutor scriptedExecutor() {
        return new Executor();
    }

    @Bean
    RunModels scriptedModels() {
        return new RunModels() {
            @Override
            public String defaultModel() {
                return MODEL;
            }

            @Override
            public boolean offers(String model) {
                return model.equals(MODEL) || model.equals("test/other");
            }
        };
    }

    private static final class Executor implements RunExecutor {

        @Override
        public String agent(String model) {
            return "scripted";
        }

        @Override
        public RunResult execute(RunRequest request, RunSink sink) throws RunFailedException {
            String message = request.history().getLast().content();
            List<String> words = List.of(message.split(" ", -1));
            var text = new StringBuilder();
            switch (words.getFirst()) {
                case "count" -> {
                    int count = Integer.parseInt(words.get(1));
                    for (int i = 1; i <= count && !sink.stopped(); i++) {
                        write(sink, text, i + " ");
                        pause(sink, Long.parseLong(words.get(2)));
                    }
                }
                case "fill" -> {
                    for (int i = 0; i < Integer.parseInt(words.get(1)); i++) {
                        write(sink, text, "y".repeat(1_000));
                    }
                }
                case "think" -> {
                    sink.thinking("attempt " + request.attempt(), 1);
                    pause(sink, Long.parseLong(words.get(1)));
                    write(sink, text, "thought on attempt " + request.attempt());
                }
                case "tool" -> {
                    sink.thinking("I look it up", 1);
                    write(sink, text, "Let me see. ");
                    sink.toolExecuting("lookup", "{\"what\":\"answer\"}");
                    sink.toolCompleted("lookup", "{\"found\":42}", 5);
                    write(sink, text, "It is 42.");
                }
                case "fail" -> {
                    write(sink, text, "So far so good");
                    throw new RunFailedException(
                            ErrorCode.MODEL_PROVIDER_FAILED,
                            "The provider is out of order. Try another model.",
                            Duration.ofSeconds(7),
                            null);
                }
                case "crash" -> throw new IllegalStateException("a bug in the executor");
                case "hang" -> pause(sink, TimeUnit.MINUTES.toMillis(5));
                case "deaf" -> {
                    // Does not react to a stop, only to an interrupt.
                    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
                    while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                    }
                }
                case "history" ->
                        request.history()
                                .forEach(
                                        t -> write(sink, text, t.role() + ":" + t.content() + "|"));
                default -> words.forEach(w -> write(sink, text, w + " "));
            }
            return new RunResult(text.toString(), new Usage(words.size(), 3));
        }

        private static void write(RunSink sink, StringBuilder text, String piece) {
            text.append(piece);
            sink.textDelta(piece);
        }

        /** As a model is silent: ended early by a stop. */
        private static void pause(RunSink sink, long millis) {
            if (millis == 0) {
                return;
            }
            Thread self = Thread.currentThread();
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            try (var _ = sink.onStop(() -> LockSupport.unpark(self))) {
                while (!sink.stopped() && System.nanoTime() < until) {
                    LockSupport.parkNanos(until - System.nanoTime());
                }
            }
        }
    }
}
