import {
  ProblemError,
  UNREACHABLE,
  type Accepted,
  type Endpoints,
  type Outgoing,
  type Realtime,
} from "@/api-client";

const PATIENCE_MS = 6000;

/**
 * Sends over the WebSocket; where that stays silent, over HTTP with the same client id, which makes the second try
 * harmless. Ends when the message is accepted or refused, however long the network is away.
 */
export async function deliver(
  realtime: Realtime,
  api: Endpoints,
  outgoing: Outgoing,
  patienceMs = PATIENCE_MS,
): Promise<Accepted> {
  const overSocket = new AbortController();
  const socket = realtime.send(outgoing, overSocket.signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const http = new Promise<Accepted>((resolve, reject) => {
    timer = setTimeout(() => {
      api.messages.post(outgoing).then(
        ({ message, runId, answerId, threadId }) => {
          resolve({
            clientMessageId: outgoing.clientMessageId,
            messageId: message.id,
            answerId,
            threadId,
            runId,
          });
        },
        (error: unknown) => {
          // Out of reach over HTTP too: the socket repeats it as soon as it is back.
          const away = error instanceof ProblemError && error.code === UNREACHABLE;
          if (!away) reject(error as Error);
        },
      );
    }, patienceMs);
  });
  try {
    return await Promise.race([socket, http]);
  } finally {
    clearTimeout(timer);
    socket.catch(() => undefined);
    overSocket.abort();
  }
}
