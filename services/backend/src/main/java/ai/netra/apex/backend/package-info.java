/** The backend service: threads, messages, runs, models, tools and usage. */
@NullMarked
package ai.netra.apex.backend;

import org.jspecify.annotations.NullMarked;
