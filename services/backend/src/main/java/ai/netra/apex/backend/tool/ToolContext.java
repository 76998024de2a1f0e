package ai.netra.apex.backend.tool;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a tool is called.
 *
 * @param userId the person; a tool sees nothing that this person may not see
 * @param threadId the thread it is called in; null outside of one
 */
public record ToolContext(UUID userId, @Nullable UUID threadId) {}
