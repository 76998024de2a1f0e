package ai.netra.apex.auth.request;

import ai.netra.apex.servicekit.http.Correlations;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.springframework.http.HttpHeaders;

/** Reads where a request came from. Thread-safe. */
public final class Sources {

    private final ClientAddress addresses;

    public Sources(RequestConfig config) {
        this.addresses = new ClientAddress(config);
    }

    /** Where {@code request} came from. */
    public RequestSource of(HttpServletRequest request) {
        return new RequestSource(
                addresses.of(request),
                Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), ""),
                Objects.requireNonNullElse(Correlations.of(request), ""));
    }
}
