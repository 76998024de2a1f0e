package ai.netra.apex.launcher.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How many tests passed, failed and were skipped, as their reports in JUnit's XML form say. */
record Totals(int passed, int failed, int skipped) {

    static final Totals NONE = new Totals(0, 0, 0);

    private static final Pattern SUITE = Pattern.compile("<testsuite\\b[^>]*>", Pattern.DOTALL);

    Totals plus(Totals other) {
        return new Totals(passed + other.passed, failed + other.failed, skipped + other.skipped);
    }

    /** What the reports under {@code directory} say that were written after {@code since}. */
    static Totals ofReports(Path directory, FileTime since) throws IOException {
        if (!Files.isDirectory(directory)) {
            return NONE;
        }
        Totals totals = NONE;
        try (Stream<Path> files = Files.walk(directory, 3)) {
            for (Path file : (Iterable<Path>) files.filter(Totals::isReport)::iterator) {
                if (Files.getLastModifiedTime(file).compareTo(since) >= 0) {
                    totals = totals.plus(ofReport(Files.readString(file)));
                }
            }
        }
        return totals;
    }

    static Totals ofReport(String xml) {
        Totals totals = NONE;
        Matcher suite = SUITE.matcher(xml);
        while (suite.find()) {
            int tests = number(suite.group(), "tests");
            int failed = number(suite.group(), "failures") + number(suite.group(), "errors");
            int skipped = number(suite.group(), "skipped");
            totals = totals.plus(new Totals(tests - failed - skipped, failed, skipped));
        }
        return totals;
    }

    private static boolean isReport(Path file) {
        return file.getFileName().toString().endsWith(".xml");
    }

    private static int number(String element, String attribute) {
        Matcher matcher = Pattern.compile("\\b" + attribute + "=\"(\\d+)\"").matcher(element);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
