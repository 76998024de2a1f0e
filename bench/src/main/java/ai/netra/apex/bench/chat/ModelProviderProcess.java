package ai.netra.apex.bench.chat;

import ai.netra.apex.testing.model.FakeModelProviderMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The provider for load runs, in a process of its own so that its work is not counted as ours. */
final class ModelProviderProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private ModelProviderProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ModelProviderProcess start(int deltas, int perSecond) throws IOException {
        var process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:+UseSerialGC",
                                        "-Xmx512m",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        FakeModelProviderMain.class.getName(),
                                        "--deltas=" + deltas,
                                        "--per-second=" + perSecond,
                                        "--stamped"))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        // Read to its first line only; it says nothing more.
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        if (line == null || !line.startsWith("listening ")) {
            process.destroyForcibly();
            throw new IOException("the model provider did not start: " + line);
        }
        return new ModelProviderProcess(process, Integer.parseInt(line.substring(10).strip()));
    }

    String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    @Override
    public void close() {
        process.destroy();
    }
}
