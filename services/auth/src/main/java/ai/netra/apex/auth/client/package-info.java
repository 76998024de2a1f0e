/** Services as OAuth clients: the standard token, introspection and revocation endpoints. */
@NullMarked
package ai.netra.apex.auth.client;

import org.jspecify.annotations.NullMarked;
