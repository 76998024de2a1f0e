/** Who is calling: access tokens verified locally, cached, and dropped when auth revokes them. */
@NullMarked
package ai.netra.apex.backend.account;

import org.jspecify.annotations.NullMarked;
