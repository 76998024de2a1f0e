package ai.netra.apex.launcher.requirements;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds tests by the ID they carry: {@code @Tag("SES-1")} on a JUnit class or method, or a title
 * that begins with it in TypeScript. Sources are read, not classes, so that nothing needs to be
 * built.
 */
final class TaggedTests {

    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z]{2,3}-\\d+)\"\\)");
    private static final Pattern CLASS =
            Pattern.compile("^(?:public |final |abstract )*(?:class|record) (\\w+)");
    private static final Pattern METHOD = Pattern.compile("^ {4}(?:public |final )*void (\\w+)\\(");
    private static final Pattern TEST =
            Pattern.compile("^ {4}@(Test|ParameterizedTest|RepeatedTest|FuzzTest|TestFactory)\\b");
    private static final Pattern TITLE =
            Pattern.compile(
                    "\\b(?:test|it|describe)(?:\\.\\w+)?\\(\\s*[\"'`]((?:[A-Z]{2,3}-\\d+[,: ]+)+)([^\"'`]*)");
    private static final Pattern ID = Pattern.compile("[A-Z]{2,3}-\\d+");
    private static final Set<String> SKIPPED =
            Set.of("node_modules", "target", ".next", ".git", ".apex");

    private TaggedTests() {}

    static Map<String, Set<String>> in(Path repository) throws IOException {
        var found = new TreeMap<String, Set<String>>();
        walk(repository, repository, found);
        return found;
    }

    private static void walk(Path repository, Path directory, Map<String, Set<String>> found)
            throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : (Iterable<Path>) children.sorted()::iterator) {
                String name = child.getFileName().toString();
                if (Files.isDirectory(child)) {
                    if (!SKIPPED.contains(name)) {
                        walk(repository, child, found);
                    }
                } else if (name.matches(".*(Test|IT)\\.java")) {
                    java(repository.relativize(child).toString(), Files.readAllLines(child), found);
                } else if (name.matches(".*\\.(spec|test)\\.tsx?")) {
                    typescript(
                            repository.relativize(child).toString(),
                            Files.readString(child),
                            found);
                }
            }
        }
    }

    private static void java(String file, List<String> lines, Map<String, Set<String>> found) {
        Set<String> ofClass = new HashSet<>();
        Set<String> pending = new HashSet<>();
        boolean isTest = false;
        boolean inTextBlock = false;
        for (String line : lines) {
            boolean wasInTextBlock = inTextBlock;
            inTextBlock ^= line.split("\"\"\"", -1).length % 2 == 0;
            if (wasInTextBlock) { // a test about tests: what it quotes is no test
                continue;
            }
            Matcher tag = TAG.matcher(line);
            while (tag.find()) {
                pending.add(tag.group(1));
            }
            isTest |= TEST.matcher(line).find();
            Matcher method = METHOD.matcher(line);
            if (CLASS.matcher(line).find()) {
                ofClass.addAll(pending);
                pending.clear();
            } else if (method.find()) {
                if (isTest) {
                    pending.addAll(ofClass);
                    pending.forEach(id -> add(found, id, file + ": " + method.group(1)));
                }
                pending.clear();
                isTest = false;
            }
        }
    }

    private static void typescript(String file, String text, Map<String, Set<String>> found) {
        Matcher title = TITLE.matcher(text);
        while (title.find()) {
            Matcher id = ID.matcher(title.group(1));
            while (id.find()) {
                add(found, id.group(), file + ": " + title.group(2).strip());
            }
        }
    }

    private static void add(Map<String, Set<String>> found, String id, String test) {
        found.computeIfAbsent(id, _ -> new TreeSet<>()).add(test);
    }
}
