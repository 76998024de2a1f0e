/** The built-in model {@code apex/guide}: no language model, it looks things up and says where. */
@NullMarked
package ai.netra.apex.backend.guide;

import org.jspecify.annotations.NullMarked;
