import { WebSocket as NodeSocket } from "ws";

/** `ws` throws an error nobody listens to; a browser's socket tells it and goes on to close. */
class BrowserLikeSocket extends NodeSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on("error", () => undefined);
  }
}

/** The browser's WebSocket, which older Node versions lack. */
export function installWebSocket(): void {
  globalThis.WebSocket = BrowserLikeSocket as unknown as typeof WebSocket;
}

/** The platform's Web Locks, which older Node versions lack: one holder at a time, in order of asking. */
export function webLocks(): Pick<LockManager, "request"> {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: ((_name: string, work: () => Promise<unknown>) => {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    }) as LockManager["request"],
  };
}

/** Waits until `probe` gives a value, by looking again every few milliseconds. */
export async function until<T>(
  probe: () => T | undefined | false | null,
  withinMs = 30_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${probe.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
