package ai.netra.apex.auth.account;

import ai.netra.apex.auth.request.RefreshCookie;
import ai.netra.apex.auth.request.Sources;
import ai.netra.apex.auth.session.Access;
import ai.netra.apex.auth.session.Caller;
import ai.netra.apex.auth.token.AccessTokens;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.servicekit.http.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /auth/register}, {@code /auth/login} and {@code /auth/me}. */
@RestController
@RequestMapping("/auth")
public final class AccountController {

    private final Accounts accounts;
    private final AccessTokens tokens;
    private final RefreshCookie cookie;
    private final Sources sources;

    public AccountController(
            Accounts accounts, AccessTokens tokens, RefreshCookie cookie, Sources sources) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.cookie = cookie;
        this.sources = sources;
    }

    /** A new person. */
    public record RegisterRequest(
            @Nullable String email, @Nullable String password, @Nullable String displayName) {
        @Override
        public String toString() {
            return "RegisterRequest[]";
        }
    }

    /**
     * Who signs in.
     *
     * @param code of the second factor; accounts without one need none
     */
    public record LoginRequest(
            @Nullable String email, @Nullable String password, @Nullable String code) {
        @Override
        public String toString() {
            return "LoginRequest[]";
        }
    }

    /** What is to change; what is absent stays. */
    public record ProfileChange(
            @Nullable String displayName,
            @Nullable String currentPassword,
            @Nullable String newPassword) {
        @Override
        public String toString() {
            return "ProfileChange[]";
        }
    }

    /** The password, once more. */
    public record DeleteRequest(@Nullable String password) {
        @Override
        public String toString() {
            return "DeleteRequest[]";
        }
    }

    /** A person. */
    public record UserAnswer(User user) {}

    /** A sign-in: the access token, its life in seconds, and who it is. */
    public record LoginAnswer(String accessToken, String tokenType, long expiresIn, User user) {
        @Override
        public String toString() {
            return "LoginAnswer[user=" + user.id() + "]";
        }
    }

    @PostMapping("/register")
    @Access(Access.Who.ANYONE)
    @ResponseStatus(HttpStatus.CREATED)
    UserAnswer register(@RequestBody RegisterRequest body, HttpServletRequest request) {
        return new UserAnswer(
                accounts.registration()
                        .register(
                                body.email(),
                                body.password(),
                                body.displayName(),
                                sources.of(request)));
    }

    @PostMapping("/login")
    @Access(Access.Who.ANYONE)
    LoginAnswer login(
            @RequestBody LoginRequest body,
            HttpServletRequest request,
            HttpServletResponse response) {
        List<Problem.FieldError> errors = new ArrayList<>();
        if (body.email() == null || body.email().isBlank()) {
            errors.add(new Problem.FieldError("email", "Enter your e-mail address."));
        }
        if (body.password() == null || body.password().isEmpty()) {
            errors.add(new Problem.FieldError("password", "Enter your password."));
        }
        if (!errors.isEmpty() || body.email() == null || body.password() == null) {
            throw ApiException.invalid(errors);
        }
        var signedIn = accounts.signIn().signIn(body.email(), body.password(), sources.of(request));
        User user = signedIn.user();
        var session = signedIn.session();
        var token = tokens.forPerson(user.id(), session.sessionId(), user.roles());
        cookie.write(response, session.refreshToken(), session.life());
        return new LoginAnswer(token.value(), "Bearer", token.life().toSeconds(), user);
    }

    @GetMapping("/me")
    UserAnswer me(Caller caller) {
        return new UserAnswer(accounts.profiles().get(caller));
    }

    @PatchMapping("/me")
    UserAnswer change(@RequestBody ProfileChange body, Caller caller, HttpServletRequest request) {
        return new UserAnswer(
                accounts.profiles()
                        .change(
                                caller,
                                body.displayName(),
                                body.currentPassword(),
                                body.newPassword(),
                                sources.of(request)));
    }

    @DeleteMapping("/me")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @RequestBody DeleteRequest body,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        accounts.profiles().delete(caller, body.password(), sources.of(request));
        cookie.clear(response);
    }

    @GetMapping("/me/export")
    Profiles.Export export(
            Caller caller, HttpServletRequest request, HttpServletResponse response) {
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"apex-account.json\"");
        return accounts.profiles().export(caller, sources.of(request));
    }
}
