package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.message.MessageConfig;
import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.backend.thread.ThreadConfig;

/** The bounds a client should know before it meets them. */
record Limits(MessageLimits message, RunLimits runs, FrameLimits frames, long deleteUndoSeconds) {

    record MessageLimits(int maxCharacters) {}

    record RunLimits(int perUser) {}

    record FrameLimits(int maxCharacters, int perSecond) {}

    static Limits of(
            MessageConfig messages, RunConfig runs, SocketConfig sockets, ThreadConfig threads) {
        return new Limits(
                new MessageLimits(messages.maxCharacters()),
                new RunLimits(runs.maxOpenPerUser()),
                new FrameLimits(sockets.maxFrameCharacters(), sockets.framesPerSecond()),
                threads.undoWindow().toSeconds());
    }
}
