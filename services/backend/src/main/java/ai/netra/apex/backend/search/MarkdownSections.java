package ai.netra.apex.backend.search;

import java.util.ArrayList;
import java.util.List;

/** Cuts a Markdown page at its headings. Stateless. */
final class MarkdownSections {

    private MarkdownSections() {}

    static List<Section> of(String page, String markdown) {
        List<Section> sections = new ArrayList<>();
        String title = page;
        String heading = "";
        var text = new StringBuilder();
        boolean code = false;
        boolean titled = false;
        for (String line : markdown.lines().toList()) {
            if (line.stripLeading().startsWith("```")) {
                code = !code;
            }
            if (code || !line.matches("#{1,4} .+")) {
                text.append(line).append('\n');
                continue;
            }
            add(sections, page, title, heading, text);
            heading = line.replaceFirst("^#+ +", "").replace("`", "").strip();
            if (!titled) {
                titled = true;
                title = heading;
            }
        }
        add(sections, page, title, heading, text);
        return sections;
    }

    private static void add(
            List<Section> sections, String page, String title, String heading, StringBuilder text) {
        String body = text.toString().strip();
        text.setLength(0);
        if (!body.isEmpty()) {
            sections.add(new Section(page, title, heading.isEmpty() ? title : heading, body));
        }
    }
}
