import * as v from "valibot";
import type { ApiClient } from "./http";
import { CLOSE, type Link, type LinkHandlers } from "./link";
import { ProblemError, problemOf, unreachable } from "./problem";
import { acceptedOf, limitsSchema, postedSchema, statusSchema } from "./schemas";
import { serverSentEvents } from "./sse";

/** How often the server is asked for what a socket would have told. */
const POLL_MS = 10_000;
/** A stream without even a comment for longer than this is broken; the server sends one every 15 s. */
const SILENCE_MS = 40_000;
/** Browsers open six connections to one origin; these leave room for calls. */
const STREAMS_AT_ONCE = 3;
const MAX_PAUSE_MS = 5_000;
const LAST = new Set(["agent_completed", "run_failed", "run_stopped"]);

interface Stream {
  runId: string;
  after: number;
  started: boolean;
  abort: AbortController;
}

const frameSchema = v.object({ type: v.string(), sequence: v.optional(v.number()) });

/**
 * The frames of `/ws` over plain HTTP, where something on the way refuses the upgrade: messages are posted, each
 * followed run is read as server-sent events that resume after the last one seen, and the rest is asked for every
 * few seconds.
 */
export function openEventStreams(client: ApiClient, handlers: LinkHandlers): Link {
  return new HttpLink(client, handlers);
}

class HttpLink implements Link {
  readonly #client: ApiClient;
  readonly #handlers: LinkHandlers;
  readonly #streams = new Map<string, Stream>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(client: ApiClient, handlers: LinkHandlers) {
    this.#client = client;
    this.#handlers = handlers;
    void this.#start();
  }

  transmit(frame: object): void {
    const { type, ...fields } = frame as { type: string } & Record<string, unknown>;
    const runId = String(fields["runId"]);
    switch (type) {
      case "subscribe":
        this.#follow(runId, Number(fields["afterSequence"] ?? 0));
        break;
      case "unsubscribe":
        this.#unfollow(runId);
        break;
      case "send_message":
        void this.#post(fields);
        break;
      case "ping":
        void this.#poll();
        break;
    }
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    for (const { abort } of this.#streams.values()) abort.abort();
    this.#streams.clear();
  }

  async #start(): Promise<void> {
    try {
      const [{ degraded }, limits] = await Promise.all([
        this.#client.call("/api/status", { schema: statusSchema }),
        this.#client.call("/api/limits", { schema: limitsSchema }),
      ]);
      this.#say({ type: "ready", degraded, limits });
      this.#pollSoon();
    } catch (error) {
      this.#lost(error);
    }
  }

  #pollSoon(): void {
    clearTimeout(this.#timer);
    if (!this.#over) this.#timer = setTimeout(() => void this.#pollAndLook(), POLL_MS);
  }

  async #pollAndLook(): Promise<void> {
    await this.#poll();
    const hidden = globalThis.document?.visibilityState === "hidden";
    if (!this.#over && !hidden) this.#handlers.onStale();
    this.#pollSoon();
  }

  async #poll(): Promise<void> {
    try {
      const { degraded } = await this.#client.call("/api/status", { schema: statusSchema });
      this.#say({ type: "degraded", parts: degraded });
      this.#say({ type: "pong" });
    } catch (error) {
      this.#lost(error);
    }
  }

  async #post(fields: Record<string, unknown>): Promise<void> {
    const { threadId, ...body } = fields;
    const clientMessageId = String(fields["clientMessageId"]);
    try {
      const path = `/api/threads/${encodeURIComponent(String(threadId))}/messages`;
      const posted = await this.#client.call(path, { method: "POST", body, schema: postedSchema });
      this.#say({ type: "accepted", ...acceptedOf(clientMessageId, posted) });
    } catch (error) {
      if (error instanceof ProblemError && !error.away) {
        this.#say({ type: "error", clientMessageId, problem: error.problem });
      } else this.#lost(error);
    }
  }

  #follow(runId: string, after: number): void {
    this.#unfollow(runId);
    this.#streams.set(runId, { runId, after, started: false, abort: new AbortController() });
    this.#startNext();
  }

  #unfollow(runId: string): void {
    this.#streams.get(runId)?.abort.abort();
    this.#streams.delete(runId);
    this.#startNext();
  }

  #startNext(): void {
    if (this.#over) return;
    const all = [...this.#streams.values()];
    let running = all.filter(({ started }) => started).length;
    for (const stream of all) {
      if (stream.started || running >= STREAMS_AT_ONCE) continue;
      stream.started = true;
      running += 1;
      void this.#read(stream).finally(() => {
        if (this.#streams.get(stream.runId) === stream) this.#streams.delete(stream.runId);
        this.#startNext();
      });
    }
  }

  /** Reads a run to its end, over as many responses as it takes. */
  async #read(stream: Stream): Promise<void> {
    for (let failures = 0; !stream.abort.signal.aborted; failures++) {
      const before = stream.after;
      try {
        if (await this.#readOnce(stream)) return;
      } catch (error) {
        if (stream.abort.signal.aborted) return;
        if (error instanceof ProblemError && !error.away) {
          this.#say({ type: "error", runId: stream.runId, problem: error.problem });
          return;
        }
      }
      if (stream.after !== before) failures = 0;
      await pause(Math.min(MAX_PAUSE_MS, 250 * 2 ** failures), stream.abort.signal);
    }
  }

  /** Whether the run's last event came. */
  async #readOnce(stream: Stream): Promise<boolean> {
    const response = await this.#client.response(
      `/api/runs/${encodeURIComponent(stream.runId)}/events`,
      {
        signal: stream.abort.signal,
        stream: true,
        headers: { Accept: "text/event-stream", "Last-Event-ID": String(stream.after) },
      },
    );
    if (!response.ok) throw await problemOf(response);
    if (response.body === null) throw unreachable();
    for await (const { data } of serverSentEvents(response.body, SILENCE_MS)) {
      if (stream.abort.signal.aborted) return true;
      const json: unknown = JSON.parse(data);
      const frame = v.parse(frameSchema, json);
      stream.after = frame.sequence ?? 0;
      this.#say(json);
      if (LAST.has(frame.type)) return true;
    }
    return false;
  }

  #say(frame: unknown): void {
    if (!this.#over) this.#handlers.onFrame(frame);
  }

  #lost(error: unknown): void {
    if (this.#over) return;
    this.close();
    const refused = error instanceof ProblemError && error.problem.status === 401;
    this.#handlers.onLost(refused ? CLOSE.authentication : CLOSE.lost);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
