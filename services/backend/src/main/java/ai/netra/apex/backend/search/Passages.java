package ai.netra.apex.backend.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Picks the passage of a section that answers best. Stateless. */
final class Passages {

    private static final int ENOUGH = 1_500;
    private static final int MOST = 2_000;

    private Passages() {}

    /**
     * The block of Markdown with most of the terms, and what follows it while there is room; whole
     * blocks only, so that tables and code stay whole.
     */
    static String best(String text, Set<String> terms, Function<String, Set<String>> analyze) {
        if (text.length() <= ENOUGH) {
            return text;
        }
        List<String> blocks = blocks(text);
        int best = 0;
        double bestScore = -1;
        for (int i = 0; i < blocks.size(); i++) {
            Set<String> here = analyze.apply(blocks.get(i));
            double score = terms.stream().filter(here::contains).count();
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
        }
        var passage = new StringBuilder(shortened(blocks.get(best)));
        for (int i = best + 1; i < blocks.size(); i++) {
            boolean introduces = passage.charAt(passage.length() - 1) == ':';
            if (!introduces && passage.length() + blocks.get(i).length() > ENOUGH) {
                break;
            }
            passage.append("\n\n").append(shortened(blocks.get(i)));
        }
        return passage.toString();
    }

    private static List<String> blocks(String text) {
        List<String> blocks = new ArrayList<>();
        var block = new StringBuilder();
        boolean code = false;
        for (String line : text.lines().toList()) {
            if (line.stripLeading().startsWith("```")) {
                code = !code;
            }
            if (line.isBlank() && !code) {
                if (!block.isEmpty()) {
                    blocks.add(block.toString().stripTrailing());
                    block.setLength(0);
                }
            } else {
                block.append(line).append('\n');
            }
        }
        if (!block.isEmpty()) {
            blocks.add(block.toString().stripTrailing());
        }
        return blocks;
    }

    /** A long block up to a line's end. */
    private static String shortened(String block) {
        if (block.length() <= MOST) {
            return block;
        }
        int end = block.lastIndexOf('\n', MOST);
        String beginning = block.substring(0, end > 0 ? end : MOST);
        boolean openCode = beginning.split("```", -1).length % 2 == 0;
        return beginning + (openCode ? "\n```" : "") + "\n…";
    }
}
