package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.Cancellation;
import ai.netra.apex.backend.model.ToolSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tools there are, and the one way to call them: arguments checked, time and result bounded, a
 * failure turned into a result that says so. Thread-safe.
 */
public final class ToolRegistry implements AutoCloseable {

    /** The longest result a model or a person gets to see, in characters of JSON. */
    public static final int MAX_RESULT = 24_000;

    private static final Logger LOG = LoggerFactory.getLogger(ToolRegistry.class);

    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("tool-", 0).factory());

    public ToolRegistry(Collection<? extends Tool> tools) {
        for (Tool tool : tools) {
            if (this.tools.putIfAbsent(tool.spec().name(), tool) != null) {
                throw new IllegalArgumentException("two tools called " + tool.spec().name());
            }
        }
    }

    /** What models are told. */
    public List<ToolSpec> specs() {
        return tools.values().stream().map(Tool::spec).toList();
    }

    public boolean has(String name) {
        return tools.containsKey(name);
    }

    /**
     * Calls a tool and waits for its end. Never throws for the tool's sake: what went wrong is the
     * result.
     */
    public ToolOutcome call(
            String name, String argumentsJson, ToolContext context, Cancellation cancellation) {
        long startedAt = System.nanoTime();
        Tool tool = tools.get(name);
        if (tool == null) {
            return failed("There is no tool " + name + "; there are " + tools.keySet(), startedAt);
        }
        JsonNode arguments;
        try {
            arguments =
                    JsonMapper.shared().readTree(argumentsJson.isBlank() ? "{}" : argumentsJson);
        } catch (JacksonException e) {
            return failed("The arguments are not JSON", startedAt);
        }
        List<String> problems = ArgumentsCheck.problems(tool.spec().parameters(), arguments);
        if (!problems.isEmpty()) {
            return failed(String.join("; ", problems), startedAt);
        }
        return run(tool, arguments, context, cancellation, startedAt);
    }

    private ToolOutcome run(
            Tool tool,
            JsonNode arguments,
            ToolContext context,
            Cancellation cancellation,
            long startedAt) {
        Future<JsonNode> call = threads.submit(() -> tool.call(arguments, context));
        try (var _ = cancellation.onCancel(() -> call.cancel(true))) {
            JsonNode result = call.get(tool.limit().toMillis(), TimeUnit.MILLISECONDS);
            return new ToolOutcome(bounded(result), true, millisSince(startedAt));
        } catch (TimeoutException e) {
            call.cancel(true);
            return failed("It took longer than " + tool.limit().toSeconds() + " s", startedAt);
        } catch (CancellationException e) {
            return failed("It was stopped", startedAt);
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            return failed("It was stopped", startedAt);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ToolException told) {
                return failed(String.valueOf(told.getMessage()), startedAt);
            }
            LOG.warn("The tool {} failed", tool.spec().name(), e.getCause());
            return failed("It failed for a reason of its own; try again later", startedAt);
        }
    }

    /** A result that is too long is told as its beginning. */
    private static JsonNode bounded(JsonNode result) {
        String json = result.toString();
        if (json.length() <= MAX_RESULT) {
            return result;
        }
        return Schemas.object()
                .put("truncated", true)
                .put("beginning", json.substring(0, MAX_RESULT));
    }

    private static ToolOutcome failed(String why, long startedAt) {
        return new ToolOutcome(Schemas.object().put("error", why), false, millisSince(startedAt));
    }

    private static long millisSince(long startedAt) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
