/** Usage: one row per model call, through a buffer on disk to ClickHouse, and its report. */
@NullMarked
package ai.netra.apex.backend.usage;

import org.jspecify.annotations.NullMarked;
