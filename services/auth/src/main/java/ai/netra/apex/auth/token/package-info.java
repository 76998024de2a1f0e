/** Access tokens: their keys, their issue and their verification. */
@NullMarked
package ai.netra.apex.auth.token;

import org.jspecify.annotations.NullMarked;
