/** Hashing within bounds, and which passwords are refused. */
@NullMarked
package ai.netra.apex.auth.password;

import org.jspecify.annotations.NullMarked;
