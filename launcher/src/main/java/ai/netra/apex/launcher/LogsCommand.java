package ai.netra.apex.launcher;

import ai.netra.apex.launcher.home.ApexHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = "Shows the log of a part; without a name, which logs there are.")
final class LogsCommand implements Callable<Integer> {

    private static final int BLOCK = 64 * 1024;
    private static final long POLL_MILLIS = 250;

    @Parameters(arity = "0..1", paramLabel = "PART", description = "As in ./apex status.")
    private @Nullable String part;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is added, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "200",
            description = "How many lines from the end (default 200).")
    private int lines;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Path> logs = logs(Checkout.home());
        PrintWriter out = spec.commandLine().getOut();
        if (part == null) {
            logs.forEach((name, file) -> out.printf("%-16s %s%n", name, file));
            return 0;
        }
        Path file = logs.get(part);
        if (file == null) {
            throw new CliException(
                    2,
                    "There is no log of '"
                            + part
                            + "'. These are there: "
                            + String.join(", ", logs.keySet())
                            + ".");
        }
        show(file, out);
        return 0;
    }

    private static Map<String, Path> logs(ApexHome home) throws IOException {
        var logs = new TreeMap<String, Path>();
        for (Path directory : new Path[] {home.logs(), home.data()}) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(directory, 2)) {
                files.filter(f -> f.toString().endsWith(".log"))
                        .forEach(f -> logs.put(nameOf(home, f), f));
            }
        }
        return logs;
    }

    /** An engine's log lies beside its data: its directory has the part's name. */
    private static String nameOf(ApexHome home, Path file) {
        return file.startsWith(home.data())
                ? home.data().relativize(file).getName(0).toString()
                : file.getFileName().toString().replaceFirst("\\.log$", "");
    }

    private void show(Path file, PrintWriter out) throws IOException, InterruptedException {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(startOfLast(log, lines));
            byte[] block = new byte[BLOCK];
            while (true) {
                int n = log.read(block);
                if (n > 0) {
                    out.print(new String(block, 0, n, StandardCharsets.UTF_8));
                    out.flush();
                } else if (follow) {
                    Thread.sleep(POLL_MILLIS);
                } else {
                    return;
                }
            }
        }
    }

    private static long startOfLast(RandomAccessFile log, int lines) throws IOException {
        long position = log.length();
        int found = 0;
        byte[] block = new byte[BLOCK];
        while (position > 0) {
            int n = (int) Math.min(BLOCK, position);
            log.seek(position - n);
            log.readFully(block, 0, n);
            for (int i = n - 1; i >= 0; i--) {
                boolean last = position - n + i == log.length() - 1;
                if (block[i] == '\n' && !last && ++found == lines) {
                    return position - n + i + 1;
                }
            }
            position -= n;
        }
        return 0;
    }
}
