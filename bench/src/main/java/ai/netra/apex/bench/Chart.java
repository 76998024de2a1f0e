package ai.netra.apex.bench;

import java.util.List;
import java.util.Locale;

/**
 * Draws a table of figures as an SVG: each beside its peer's, as two bars on a scale of their own.
 * It has no background and takes its colours from the reader's scheme, light or dark.
 */
final class Chart {

    private static final int WIDTH = 860;
    private static final int LABEL = 330;
    private static final int BARS = 330;
    private static final int ROW = 56;

    private Chart() {}

    /**
     * The whole document.
     *
     * @param peer what the lower bars are; empty when there is none
     */
    static String draw(
            String scenario, String command, String time, String peer, List<Metric> metrics) {
        int height = 84 + metrics.size() * ROW;
        var svg = new StringBuilder();
        String lower = peer.isEmpty() ? "" : "; lower bar: " + peer;
        svg.append(head(height, scenario, command + ", " + time, lower));
        int y = 80;
        for (Metric metric : metrics) {
            row(svg, y, metric);
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String head(int height, String title, String origin, String lower) {
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
            font-family="sans-serif" font-size="12">
            <style>
              text { fill: #1f2328 } .dim { fill: #59636e } .ours { fill: #0969da } .peer { fill: #afb8c1 }
              .met { fill: #1a7f37 } .missed { fill: #d1242f }
              @media (prefers-color-scheme: dark) {
                text { fill: #f0f6fc } .dim { fill: #9198a1 } .ours { fill: #4493f8 } .peer { fill: #656c76 }
                .met { fill: #3fb950 } .missed { fill: #f85149 }
              }
            </style>
            <text x="10" y="24" font-size="16">%s</text>
            <text x="10" y="44" class="dim">%s</text>
            <text x="10" y="62" class="dim">upper bar: ours%s</text>
            """
                .formatted(
                        WIDTH, height, WIDTH, height, escape(title), escape(origin), escape(lower));
    }

    private static void row(StringBuilder svg, int y, Metric metric) {
        text(svg, 10, y + 14, "", metric.name());
        if (metric.goal() != null) {
            boolean met = Boolean.TRUE.equals(metric.met());
            text(
                    svg,
                    10,
                    y + 31,
                    met ? "met" : "missed",
                    "goal " + metric.goal() + (met ? ": met" : ": not met"));
        }
        Double peer = metric.peer();
        double most = Math.max(Math.max(metric.value(), peer == null ? 0 : peer), 1e-9);
        bar(svg, y + 2, metric.value() / most, "ours", value(metric.value(), metric));
        if (peer != null) {
            String ratio =
                    metric.ratio() == null
                            ? ""
                            : String.format(Locale.ROOT, "  (ratio %.3g)", metric.ratio());
            bar(svg, y + 21, peer / most, "peer", value(peer, metric) + ratio);
        }
    }

    private static String value(double value, Metric metric) {
        return Metric.format(value) + " " + metric.unit();
    }

    private static void bar(StringBuilder svg, int y, double part, String kind, String label) {
        int length = (int) Math.max(1, part * BARS);
        svg.append(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\" rx=\"2\" class=\"%s\"/>%n"
                        .formatted(LABEL, y, length, kind));
        text(svg, LABEL + length + 8, y + 12, "", label);
    }

    private static void text(StringBuilder svg, int x, int y, String kind, String text) {
        String style = kind.isEmpty() ? "" : " class=\"" + kind + "\"";
        svg.append("<text x=\"%d\" y=\"%d\"%s>%s</text>%n".formatted(x, y, style, escape(text)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
