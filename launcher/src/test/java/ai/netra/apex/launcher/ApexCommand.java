package ai.netra.apex.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the command as a person does, and keeps what it says. */
final class ApexCommand {

    /**
     * How it went.
     *
     * @param text everything it printed
     */
    record Outcome(int code, String text) {}

    private ApexCommand() {}

    /** The launcher's program, on {@code repository} as its checkout. */
    static Outcome run(Path repository, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        var command = program(repository);
        command.addAll(arguments);
        return execute(command, environment);
    }

    /** The words that start the launcher's program. */
    static List<String> program(Path repository) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-Dapex.repository=" + repository);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Apex.class.getName()));
        return command;
    }

    /** Any command, in this process's environment without what belongs to an installation. */
    static Outcome execute(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("APEX_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " goes on: " + text);
        }
        return new Outcome(process.exitValue(), text);
    }
}
