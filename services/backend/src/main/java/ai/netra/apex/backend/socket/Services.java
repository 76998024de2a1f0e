package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.account.Tokens;
import ai.netra.apex.backend.message.Messages;
import ai.netra.apex.backend.run.Runs;
import ai.netra.apex.backend.thread.ThreadChanges;
import tools.jackson.databind.json.JsonMapper;

/** What a connection works with. */
record Services(
        SocketConfig config,
        Tokens tokens,
        Messages messages,
        Runs runs,
        ThreadChanges changes,
        Degradation degradation,
        ServerFrames frames,
        Problems problems,
        JsonMapper json) {}
