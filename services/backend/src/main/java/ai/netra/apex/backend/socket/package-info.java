/** Run events to clients: WebSocket and server-sent events. */
@NullMarked
package ai.netra.apex.backend.socket;

import org.jspecify.annotations.NullMarked;
