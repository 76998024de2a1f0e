/** Scenarios that measure, and the one form in which their results are printed and kept. */
@NullMarked
package ai.netra.apex.bench;

import org.jspecify.annotations.NullMarked;
