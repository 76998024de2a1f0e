package ai.netra.apex.launcher.stack;

import ai.netra.apex.launcher.CliException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** How a Java program of the checkout is started. */
public final class JavaProgram {

    private final Path java;
    private final Path module;
    private final String mainClass;
    private final List<String> flags;
    private final Function<Path, List<String>> cacheFlags;

    /**
     * @param java the {@code java} to run
     * @param module the module's directory, already built
     * @param flags flags of the JVM, the same in every run: the cache depends on them
     */
    public JavaProgram(Path java, Path module, String mainClass, List<String> flags) {
        this(java, module, mainClass, flags, _ -> List.of());
    }

    /**
     * @param cacheFlags the flags of a start-up cache, given the newest jar of the program
     */
    JavaProgram(
            Path java,
            Path module,
            String mainClass,
            List<String> flags,
            Function<Path, List<String>> cacheFlags) {
        this.java = java;
        this.module = module;
        this.mainClass = mainClass;
        this.flags = List.copyOf(flags);
        this.cacheFlags = cacheFlags;
    }

    /** The whole command line. */
    public List<String> command(String... arguments) {
        Path target = module.resolve("target");
        Path jar = jar(target);
        var command = new ArrayList<String>();
        command.add(java.toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED"));
        command.addAll(flags);
        String classpath = jar + File.pathSeparator + classpath(target);
        command.addAll(cacheFlags.apply(newest(classpath)));
        command.add("-cp");
        command.add(classpath);
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }

    /** A start-up cache is of no use once any jar is newer: the JVM checks them all. */
    private static Path newest(String classpath) {
        return Arrays.stream(classpath.split(File.pathSeparator, -1))
                .map(Path::of)
                .max(Comparator.comparingLong(jar -> jar.toFile().lastModified()))
                .orElseThrow();
    }

    private static Path jar(Path target) {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(f -> f.getFileName().toString().matches("apex-.*-SNAPSHOT\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> notBuilt(target));
        } catch (IOException e) {
            throw notBuilt(target);
        }
    }

    private static String classpath(Path target) {
        try {
            return Files.readString(target.resolve("classpath.txt")).strip();
        } catch (IOException e) {
            throw notBuilt(target);
        }
    }

    private static CliException notBuilt(Path target) {
        return new CliException(
                CliException.SOFTWARE, "Nothing is built in " + target + ". Run ./apex up again.");
    }
}
