package ai.netra.apex.backend.search;

/**
 * A section of the documentation.
 *
 * @param page the file's path, such as {@code docs/architecture.md}
 * @param title the page's title
 * @param heading the section's own heading; the title for what stands above the first one
 * @param text its Markdown, without the heading
 */
public record Section(String page, String title, String heading, String text) {

    /** How the section is cited. */
    public String citation() {
        return heading.equals(title)
                ? title + " (" + page + ")"
                : title + " › " + heading + " (" + page + ")";
    }
}
