/** Tests of the auth service on a real database and real HTTP. */
@NullMarked
package ai.netra.apex.auth;

import org.jspecify.annotations.NullMarked;
