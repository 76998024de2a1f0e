/**
 * The ClickHouse engine in a process of its own, behind the HTTP interface ClickHouse's clients
 * speak.
 */
@NullMarked
package ai.netra.apex.embedded.clickhouse;

import org.jspecify.annotations.NullMarked;
