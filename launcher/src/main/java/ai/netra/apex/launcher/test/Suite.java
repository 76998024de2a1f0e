package ai.netra.apex.launcher.test;

import java.nio.file.Path;
import java.util.List;

/**
 * One command of {@code apex test}.
 *
 * @param name what a person calls it
 * @param directory where it runs
 * @param command what runs
 * @param reports directories, relative to {@code directory}, with its reports in JUnit's XML form
 */
record Suite(String name, Path directory, List<String> command, List<Path> reports) {

    Suite {
        command = List.copyOf(command);
        reports = List.copyOf(reports);
    }
}
