/** The auth service: what it is made of, and how it starts. */
@NullMarked
package ai.netra.apex.auth;

import org.jspecify.annotations.NullMarked;
