/** Typed configuration and secrets: read once, validated whole, before anything opens a socket. */
@NullMarked
package ai.netra.apex.settings;

import org.jspecify.annotations.NullMarked;
