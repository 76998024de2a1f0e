/** The whole system under load: streaming, reading, starting. */
@NullMarked
package ai.netra.apex.bench.chat;

import org.jspecify.annotations.NullMarked;
