/** The driver's own test suite, run on raw connections and on guarded ones. */
@NullMarked
package ai.netra.apex.bench.pgjdbc;

import org.jspecify.annotations.NullMarked;
