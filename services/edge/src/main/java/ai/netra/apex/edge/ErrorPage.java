package ai.netra.apex.edge;

import ai.netra.apex.contracts.Problem;

/** The page a browser gets when the edge has to answer in the frontend's place. */
final class ErrorPage {
    /** The page loads nothing. */
    static final String CSP =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

    private ErrorPage() {}

    static String of(Problem problem) {
        Integer seconds = problem.retryAfterSeconds();
        String refresh =
                seconds == null
                        ? ""
                        : "<meta http-equiv=\"refresh\" content=\"" + seconds + "\">\n";
        String promise =
                seconds == null
                        ? ""
                        : "<p>This page tries again by itself. Messages you have sent are safe.</p>\n";
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            %s<title>Netra Apex: %s</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem }
            h1 { font-size: 1.4rem }
            small { opacity: .7; overflow-wrap: anywhere }
            </style>
            </head>
            <body>
            <main>
            <h1>%s</h1>
            <p>%s</p>
            %s<p><small>Reference %s</small></p>
            </main>
            </body>
            </html>
            """
                .formatted(
                        refresh,
                        escape(problem.title()),
                        escape(problem.title()),
                        escape(problem.detail()),
                        promise,
                        escape(problem.correlationId()));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
