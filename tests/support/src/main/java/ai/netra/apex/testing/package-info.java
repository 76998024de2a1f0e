/** A network that fails on command. */
@NullMarked
package ai.netra.apex.testing;

import org.jspecify.annotations.NullMarked;
