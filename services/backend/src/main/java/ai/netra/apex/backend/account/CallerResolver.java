package ai.netra.apex.backend.account;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives controllers the {@link Caller}. */
final class CallerResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        Object caller = request.getAttribute(AccountFilter.CALLER, RequestAttributes.SCOPE_REQUEST);
        if (caller == null) {
            throw new ApiException(ErrorCode.UNAUTHENTICATED, "Sign in to do that.");
        }
        return caller;
    }
}
