package ai.netra.apex.edge;

/** Which service answers a path. */
enum Route {
    BACKEND("backend"),
    WEBSOCKET("backend"),
    AUTH("auth"),
    /** The edge itself. */
    OWN("edge"),
    /** Everything else. */
    FRONTEND("frontend");

    private final String service;

    Route(String service) {
        this.service = service;
    }

    /** The service's name, for people and metrics. */
    String service() {
        return service;
    }

    /** The route of an absolute path, which its first segment decides. */
    static Route of(String path) {
        int end = path.indexOf('/', 1);
        return switch (end < 0 ? path : path.substring(0, end)) {
            case "/api", "/v1" -> BACKEND;
            case "/ws" -> WEBSOCKET;
            case "/auth", "/oauth2", "/.well-known" -> AUTH;
            case "/health" -> OWN;
            default -> FRONTEND;
        };
    }

    /** Whether clients of OpenAI's ask for this path, which read errors in OpenAI's shape only. */
    static boolean isForPrograms(String path) {
        return path.startsWith("/v1/");
    }
}
