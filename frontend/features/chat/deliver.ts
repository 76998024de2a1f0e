import {
  acceptedOf,
  ProblemError,
  type Accepted,
  type Endpoints,
  type Outgoing,
  type Realtime,
} from "@/api-client";

const PATIENCE_MS = 6000;
const MAX_PAUSE_MS = 10_000;

/** Ends when the message is accepted or refused, however long the network, or who would take it, is away. */
export function deliver(
  realtime: Realtime,
  api: Endpoints,
  outgoing: Outgoing,
  patienceMs = PATIENCE_MS,
): Promise<Accepted> {
  return untilAnswered(realtime, () => deliverOnce(realtime, api, outgoing, patienceMs));
}

/** Makes the thread of a first message; again, as long as nobody answers. */
export async function createThread(
  realtime: Realtime,
  api: Endpoints,
  threadId: string,
): Promise<void> {
  await untilAnswered(realtime, () => api.threads.create(threadId));
}

/**
 * Sends over the connection; where that stays silent, over HTTP with the same client id, which makes the second try
 * harmless.
 */
async function deliverOnce(
  realtime: Realtime,
  api: Endpoints,
  outgoing: Outgoing,
  patienceMs: number,
): Promise<Accepted> {
  const overSocket = new AbortController();
  const socket = realtime.send(outgoing, overSocket.signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const http = new Promise<Accepted>((resolve, reject) => {
    timer = setTimeout(() => {
      api.messages.post(outgoing).then(
        (posted) => {
          resolve(acceptedOf(outgoing.clientMessageId, posted));
        },
        (error: unknown) => {
          // Away over HTTP too: the connection repeats it as soon as it is back.
          if (!(error instanceof ProblemError && error.away)) reject(error as Error);
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

/** Tries again while nobody is there to answer: after a pause that grows, or as soon as the connection is back. */
async function untilAnswered<T>(realtime: Realtime, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ProblemError && error.away)) throw error;
      const asked = (error.problem.retryAfterSeconds ?? 0) * 1000;
      const growing = Math.min(MAX_PAUSE_MS, 500 * 2 ** failures);
      await onlineOrAfter(realtime, Math.max(asked, growing));
    }
  }
}

function onlineOrAfter(realtime: Realtime, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      off();
      resolve();
    };
    const timer = setTimeout(done, ms);
    const off = realtime.onOnline(done);
  });
}
