/** Sign-ins: refresh token families, revocation, and who a request comes from. */
@NullMarked
package ai.netra.apex.auth.session;

import org.jspecify.annotations.NullMarked;
