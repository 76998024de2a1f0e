/**
 * The whole system as its users have it: started by its own command, used through its own address.
 */
@NullMarked
package ai.netra.apex.testing.system;

import org.jspecify.annotations.NullMarked;
