package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Draws figures beside their peers' as an SVG of horizontal bars, each pair on its own scale. */
final class Chart {

    private static final int WIDTH = 720;
    private static final int LABEL = 300;
    private static final int ROW = 46;

    private Chart() {}

    /** Writes {@code <directory>/<scenario>.svg}. */
    static void write(Path directory, String scenario, List<Metric> metrics) throws IOException {
        List<Metric> pairs = metrics.stream().filter(m -> m.peer() != null).toList();
        StringBuilder svg = new StringBuilder();
        int height = 50 + pairs.size() * ROW;
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
                font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="10" y="20" font-size="15">%s: guarded sessions (dark), raw HikariCP (light)\
                </text>
                """
                        .formatted(WIDTH, height, scenario));
        int y = 40;
        for (Metric metric : pairs) {
            double peer = metric.peer() == null ? 0 : metric.peer();
            double most = Math.max(Math.max(metric.value(), peer), 1e-9);
            svg.append("<text x=\"10\" y=\"%d\">%s</text>%n".formatted(y + 20, metric.name()));
            bar(svg, y, metric.value() / most, "#1f4e79", metric.value(), metric.unit());
            bar(svg, y + 18, peer / most, "#9dc3e6", peer, metric.unit());
            y += ROW;
        }
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(scenario + ".svg"), svg.append("</svg>\n"));
    }

    private static void bar(
            StringBuilder svg, int y, double part, String colour, double value, String unit) {
        int length = (int) Math.max(1, part * (WIDTH - LABEL - 120));
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"15\" fill=\"%s\"/>"
                                + "<text x=\"%d\" y=\"%d\">%.4g %s</text>%n",
                        LABEL,
                        y,
                        length,
                        colour,
                        LABEL + length + 6,
                        y + 12,
                        value,
                        unit));
    }
}
