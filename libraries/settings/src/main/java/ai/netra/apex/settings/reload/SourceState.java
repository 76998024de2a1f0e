package ai.netra.apex.settings.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What can be seen of a set of files without reading them. Links are followed, as a mount of
 * Kubernetes replaces all its files at once by turning a link.
 */
record SourceState(List<String> seen) {
    private static final int MAX_FILES = 1_000;

    static SourceState of(List<Path> paths) {
        List<String> seen = new ArrayList<>();
        for (Path path : paths) {
            look(path, seen);
            if (Files.isDirectory(path)) {
                try (Stream<Path> children = Files.list(path)) {
                    children.sorted().limit(MAX_FILES).forEach(child -> look(child, seen));
                } catch (IOException e) {
                    seen.add(path + " unreadable");
                }
            }
        }
        return new SourceState(List.copyOf(seen));
    }

    private static void look(Path path, List<String> seen) {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            seen.add(path + " " + now.lastModifiedTime() + " " + now.size() + " " + now.fileKey());
        } catch (IOException e) {
            seen.add(path + " absent");
        }
    }
}
