/**
 * How a Spring service of ours starts, runs and stops; it hands Spring values and lets it look for
 * none.
 */
@NullMarked
package ai.netra.apex.servicekit;

import org.jspecify.annotations.NullMarked;
