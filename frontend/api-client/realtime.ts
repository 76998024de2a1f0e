import { createStore, type Store } from "@/shared/lib/store";
import * as v from "valibot";
import type { TokenSource } from "./http";
import { ProblemError, UNREACHABLE, unreachable, type Problem } from "./problem";
import {
  runEventSchema,
  serverFrameSchema,
  unknownEventSchema,
  type Accepted,
  type RunEvent,
} from "./schemas";

/** What the page may honestly say about its connection. */
export type ConnectionState =
  | { phase: "idle" }
  | { phase: "connecting" }
  | { phase: "online" }
  | { phase: "waiting"; attempt: number; retryAt: number }
  | { phase: "offline" };

export interface RunListener {
  onEvent(event: RunEvent): void;
  /** The numbering is void: forget all of this run, it follows again from the first event. */
  onReset(): void;
}

export interface Outgoing {
  threadId: string;
  clientMessageId: string;
  content?: string;
  model?: string;
  parentId?: string | null;
  regenerate?: boolean;
}

export interface RealtimeEnvironment {
  url: () => string;
  tokens: TokenSource;
  now?: () => number;
  random?: () => number;
  /** Silence after which a ping is sent, and the time its answer may take. */
  heartbeatMs?: number;
  patienceMs?: number;
  maxBackoffMs?: number;
}

interface Subscription {
  listeners: Set<RunListener>;
  lastSequence: number;
}

interface PendingSend {
  frame: Outgoing;
  resolve: (accepted: Accepted) => void;
  reject: (error: unknown) => void;
}

export const CLOSE = {
  authentication: 4000,
  expired: 4001,
  format: 4002,
  rate: 4003,
  restart: 1012,
};
const PROTOCOL = "apex.v1";
const REAUTHENTICATE_BEFORE_MS = 60_000;

/**
 * The WebSocket of one signed-in page. Connects again by itself with backoff and jitter, resumes every run after the
 * last event seen, repeats what was not yet accepted (harmless by its client id), drops duplicates and asks again
 * when a number is missing. Not for use from several threads; everything happens on the event loop.
 */
export class Realtime {
  readonly state: Store<ConnectionState> = createStore<ConnectionState>({ phase: "idle" });

  readonly #env: Required<RealtimeEnvironment>;
  readonly #runs = new Map<string, Subscription>();
  readonly #pending = new Map<string, PendingSend>();
  readonly #threadListeners = new Set<(threadId: string) => void>();
  readonly #onlineListeners = new Set<() => void>();
  #socket: WebSocket | undefined;
  #ready = false;
  #running = false;
  #attempt = 0;
  #generation = 0;
  #token = "";
  #mustRenew = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #tokenTimer: ReturnType<typeof setTimeout> | undefined;
  #heartTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(environment: RealtimeEnvironment) {
    this.#env = {
      now: Date.now,
      random: Math.random,
      heartbeatMs: 20_000,
      patienceMs: 10_000,
      maxBackoffMs: 15_000,
      ...environment,
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    globalThis.addEventListener?.("online", this.#onNetwork);
    globalThis.addEventListener?.("offline", this.#onNetworkLost);
    globalThis.document?.addEventListener("visibilitychange", this.#onNetwork);
    void this.#connect();
  }

  stop(): void {
    this.#running = false;
    globalThis.removeEventListener?.("online", this.#onNetwork);
    globalThis.removeEventListener?.("offline", this.#onNetworkLost);
    globalThis.document?.removeEventListener("visibilitychange", this.#onNetwork);
    clearTimeout(this.#retryTimer);
    this.#abandon();
    this.state.set({ phase: "idle" });
  }

  /** Try now instead of at the end of the wait. */
  retryNow(): void {
    if (!this.#running || this.#socket !== undefined) return;
    clearTimeout(this.#retryTimer);
    void this.#connect();
  }

  /** The events of a run after `afterSequence`, across any number of connections. */
  subscribe(runId: string, listener: RunListener, afterSequence = 0): () => void {
    let subscription = this.#runs.get(runId);
    if (subscription === undefined) {
      subscription = { listeners: new Set(), lastSequence: afterSequence };
      this.#runs.set(runId, subscription);
      this.#sendSubscribe(runId, subscription);
    }
    subscription.listeners.add(listener);
    const mine = subscription;
    return () => {
      mine.listeners.delete(listener);
      if (mine.listeners.size > 0 || this.#runs.get(runId) !== mine) return;
      this.#runs.delete(runId);
      this.#transmit({ type: "unsubscribe", runId });
    };
  }

  /** Resolves once the message is stored; goes on over reconnects until accepted, refused or aborted. */
  send(frame: Outgoing, signal?: AbortSignal): Promise<Accepted> {
    return new Promise<Accepted>((resolve, reject) => {
      const id = frame.clientMessageId;
      this.#pending.set(id, { frame, resolve, reject });
      signal?.addEventListener("abort", () => {
        if (this.#pending.delete(id)) reject(unreachable());
      });
      this.#transmit({ type: "send_message", ...frame });
    });
  }

  onThreadChanged(listener: (threadId: string) => void): () => void {
    this.#threadListeners.add(listener);
    return () => this.#threadListeners.delete(listener);
  }

  /** Called each time the connection is ready again: what was missed meanwhile can be read. */
  onOnline(listener: () => void): () => void {
    this.#onlineListeners.add(listener);
    return () => this.#onlineListeners.delete(listener);
  }

  readonly #onNetwork = (): void => {
    if (globalThis.document?.visibilityState === "hidden") return;
    if (this.#socket === undefined) this.retryNow();
    else if (this.#ready) this.#probe();
  };

  readonly #onNetworkLost = (): void => {
    if (this.#socket !== undefined) this.#lost(this.#generation, 1006);
  };

  async #connect(): Promise<void> {
    const generation = ++this.#generation;
    if (this.#attempt === 0) this.state.set({ phase: "connecting" });
    try {
      const stale = this.#token;
      this.#token = this.#mustRenew
        ? await this.#env.tokens.renew(stale)
        : await this.#env.tokens.token();
      this.#mustRenew = false;
    } catch (error) {
      if (generation !== this.#generation || !this.#running) return;
      const over =
        error instanceof ProblemError && error.code !== UNREACHABLE && !error.problem.retryable;
      if (over) this.stop();
      else this.#waitAndRetry(1006);
      return;
    }
    if (generation !== this.#generation || !this.#running) return;
    const socket = new WebSocket(this.#env.url(), PROTOCOL);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ type: "authenticate", token: this.#token }));
    });
    socket.addEventListener("message", (event: MessageEvent) => {
      if (generation === this.#generation) this.#receive(event.data);
    });
    socket.addEventListener("close", (event) => {
      this.#lost(generation, event.code);
    });
    // An open that never ends is a lost connection too.
    this.#heartTimer = setTimeout(() => {
      if (!this.#ready) this.#lost(generation, 1006);
    }, this.#env.patienceMs);
  }

  #receive(data: unknown): void {
    this.#beat();
    let json: unknown;
    try {
      json = JSON.parse(String(data));
    } catch {
      return;
    }
    const event = v.safeParse(runEventSchema, json);
    if (event.success) {
      this.#deliver(event.output.runId, event.output.sequence, event.output);
      return;
    }
    const frame = v.safeParse(serverFrameSchema, json);
    if (!frame.success) {
      const unknown = v.safeParse(unknownEventSchema, json);
      if (unknown.success) this.#deliver(unknown.output.runId, unknown.output.sequence, undefined);
      return;
    }
    switch (frame.output.type) {
      case "ready":
        this.#planReauthentication(frame.output.expiresAt);
        this.#becomeReady();
        break;
      case "accepted": {
        const pending = this.#pending.get(frame.output.clientMessageId);
        this.#pending.delete(frame.output.clientMessageId);
        pending?.resolve(frame.output);
        break;
      }
      case "run_reset":
        this.#reset(frame.output.runId);
        break;
      case "thread_changed":
        for (const listener of [...this.#threadListeners]) listener(frame.output.threadId);
        break;
      case "error":
        this.#refused(frame.output.problem, frame.output.clientMessageId);
        break;
      case "stopping":
      case "pong":
        break;
    }
  }

  #becomeReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#attempt = 0;
    this.state.set({ phase: "online" });
    for (const [runId, subscription] of this.#runs) this.#sendSubscribe(runId, subscription);
    for (const { frame } of this.#pending.values()) {
      this.#transmit({ type: "send_message", ...frame });
    }
    for (const listener of [...this.#onlineListeners]) listener();
  }

  /** A new token is presented on the open connection before the old one ends; a stream never breaks for it. */
  #planReauthentication(expiresAt: string | undefined): void {
    clearTimeout(this.#tokenTimer);
    if (expiresAt === undefined) return;
    const left = Date.parse(expiresAt) - this.#env.now();
    if (!Number.isFinite(left)) return;
    const delay = Math.max(1000, left - Math.min(REAUTHENTICATE_BEFORE_MS, left / 4));
    this.#tokenTimer = setTimeout(() => void this.#reauthenticate(), delay);
  }

  async #reauthenticate(): Promise<void> {
    const generation = this.#generation;
    const old = this.#token;
    try {
      let token = await this.#env.tokens.token();
      if (token === old) token = await this.#env.tokens.renew(old);
      if (generation !== this.#generation) return;
      this.#token = token;
      this.#transmit({ type: "authenticate", token });
    } catch {
      // The server closes with 4001 at the token's end, and the connection is made anew.
    }
  }

  #deliver(runId: string, sequence: number, event: RunEvent | undefined): void {
    const subscription = this.#runs.get(runId);
    if (subscription === undefined || sequence <= subscription.lastSequence) return;
    if (sequence > subscription.lastSequence + 1) {
      this.#sendSubscribe(runId, subscription);
      return;
    }
    subscription.lastSequence = sequence;
    if (event === undefined) return;
    for (const listener of [...subscription.listeners]) listener.onEvent(event);
  }

  #reset(runId: string): void {
    const subscription = this.#runs.get(runId);
    if (subscription === undefined) return;
    subscription.lastSequence = 0;
    for (const listener of [...subscription.listeners]) listener.onReset();
  }

  #refused(problem: Problem, clientMessageId: string | null | undefined): void {
    if (clientMessageId == null) return;
    const pending = this.#pending.get(clientMessageId);
    this.#pending.delete(clientMessageId);
    pending?.reject(new ProblemError(problem));
  }

  #sendSubscribe(runId: string, subscription: Subscription): void {
    this.#transmit({ type: "subscribe", runId, afterSequence: subscription.lastSequence });
  }

  #transmit(frame: object): void {
    if (this.#ready) this.#socket?.send(JSON.stringify(frame));
  }

  /** Every frame is a sign of life; silence is answered with a ping, and silence after that with a new connection. */
  #beat(): void {
    clearTimeout(this.#heartTimer);
    this.#heartTimer = setTimeout(() => {
      this.#probe();
    }, this.#env.heartbeatMs);
  }

  #probe(): void {
    const generation = this.#generation;
    this.#transmit({ type: "ping" });
    clearTimeout(this.#heartTimer);
    this.#heartTimer = setTimeout(() => {
      this.#lost(generation, 1006);
    }, this.#env.patienceMs);
  }

  #lost(generation: number, code: number): void {
    if (generation !== this.#generation || !this.#running) return;
    this.#abandon();
    if (code === CLOSE.authentication || code === CLOSE.expired) {
      this.#mustRenew = true;
      // The first time at once; a server that goes on refusing meets the backoff.
      if (this.#attempt === 0) {
        this.#attempt = 1;
        void this.#connect();
        return;
      }
    }
    this.#waitAndRetry(code);
  }

  #waitAndRetry(code: number): void {
    const attempt = ++this.#attempt;
    if (globalThis.navigator?.onLine === false) this.state.set({ phase: "offline" });
    const cap = Math.min(this.#env.maxBackoffMs, 250 * 2 ** (attempt - 1));
    const floor = code === CLOSE.rate || code === CLOSE.format ? 2000 : 0;
    const delay = Math.max(floor, cap * (0.5 + this.#env.random() / 2));
    if (this.state.get().phase !== "offline") {
      this.state.set({ phase: "waiting", attempt, retryAt: this.#env.now() + delay });
    }
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), delay);
  }

  #abandon(): void {
    clearTimeout(this.#heartTimer);
    clearTimeout(this.#tokenTimer);
    this.#generation += 1;
    this.#ready = false;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
