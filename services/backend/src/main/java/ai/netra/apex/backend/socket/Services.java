package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.account.Tokens;
import ai.netra.apex.backend.message.Messages;
import ai.netra.apex.backend.run.Runs;
import ai.netra.apex.backend.thread.ThreadChanges;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** What a connection works with. */
record Services(
        Supplier<SocketConfig> live,
        Tokens tokens,
        Messages messages,
        Runs runs,
        ThreadChanges changes,
        Degradation degradation,
        ServerFrames frames,
        Problems problems,
        JsonMapper json) {

    /** The bounds that are in force at the moment. */
    SocketConfig config() {
        return live.get();
    }
}
