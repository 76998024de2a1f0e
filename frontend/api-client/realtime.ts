import { createStore, type Store } from "@/shared/lib/store";
import * as v from "valibot";
import type { ApiClient, TokenSource } from "./http";
import { openEventStreams } from "./http-link";
import { CLOSE, openSocket, trySocket, type Link, type LinkHandlers } from "./link";
import { frameOf, Outbox, type Outgoing } from "./outbox";
import { ProblemError, UNREACHABLE } from "./problem";
import {
  runEventSchema,
  serverFrameSchema,
  unknownEventSchema,
  type Accepted,
  type Limits,
  type RunEvent,
} from "./schemas";
import { Subscriptions, type RunListener } from "./subscriptions";
import { transportMemory, type Transport } from "./transport-memory";

/** What the page may honestly say about its connection. */
export type ConnectionState =
  | { phase: "idle" }
  | { phase: "connecting" }
  | { phase: "online"; over: Transport }
  | { phase: "waiting"; attempt: number; retryAt: number }
  | { phase: "offline" };

export interface RealtimeEnvironment {
  url: () => string;
  tokens: TokenSource;
  /** The way over HTTP, where sockets do not come through; without it only sockets are tried. */
  http?: ApiClient | undefined;
  now?: () => number;
  random?: () => number;
  /** Silence after which a ping is sent, and the time its answer may take. */
  heartbeatMs?: number;
  patienceMs?: number;
  maxBackoffMs?: number;
  /** How long after having fallen back to HTTP a socket is tried again. */
  socketAgainMs?: number;
}

const REAUTHENTICATE_BEFORE_MS = 60_000;
/** So many sockets in a row that never came to be ready, and HTTP is tried. */
const SOCKETS_REFUSED = 2;
const MAX_SOCKET_AGAIN_MS = 600_000;

/**
 * The connection of one signed-in page: a WebSocket, or HTTP where sockets are refused on the way. Connects again by
 * itself with backoff and jitter, resumes every run after the last event seen, repeats what was not yet accepted,
 * drops duplicates and asks again when a number is missing. Everything happens on the event loop.
 */
export class Realtime {
  readonly state: Store<ConnectionState> = createStore<ConnectionState>({ phase: "idle" });
  /** The server's bounds, once it has told them. */
  readonly limits: Store<Limits | undefined> = createStore<Limits | undefined>(undefined);
  /** What the service has to do without at the moment, by its own names. */
  readonly degraded: Store<readonly string[]> = createStore<readonly string[]>([]);

  readonly #env: Required<RealtimeEnvironment>;
  readonly #runs = new Subscriptions();
  readonly #outbox = new Outbox();
  readonly #threadListeners = new Set<(threadId: string) => void>();
  readonly #onlineListeners = new Set<() => void>();
  #link: Link | undefined;
  #over: Transport = "socket";
  #socketsRefused = 0;
  #ready = false;
  #running = false;
  #attempt = 0;
  #generation = 0;
  #token = "";
  #mustRenew = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #tokenTimer: ReturnType<typeof setTimeout> | undefined;
  #heartTimer: ReturnType<typeof setTimeout> | undefined;
  #socketTimer: ReturnType<typeof setTimeout> | undefined;
  #candidate: Link | undefined;

  constructor(environment: RealtimeEnvironment) {
    this.#env = {
      now: Date.now,
      random: Math.random,
      heartbeatMs: 20_000,
      patienceMs: 10_000,
      maxBackoffMs: 15_000,
      socketAgainMs: 60_000,
      http: undefined,
      ...environment,
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    if (transportMemory.get() === "http") this.#socketsRefused = SOCKETS_REFUSED;
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
    if (!this.#running || this.#link !== undefined) return;
    clearTimeout(this.#retryTimer);
    void this.#connect();
  }

  /** The events of a run after `afterSequence`, across any number of connections. */
  subscribe(runId: string, listener: RunListener, afterSequence = 0): () => void {
    if (this.#runs.add(runId, listener, afterSequence)) this.#request(runId);
    return () => {
      if (this.#runs.remove(runId, listener)) this.#transmit({ type: "unsubscribe", runId });
    };
  }

  /** Resolves once the message is stored; goes on over reconnects until accepted, refused or aborted. */
  send(frame: Outgoing, signal?: AbortSignal): Promise<Accepted> {
    const accepted = this.#outbox.add(frame, signal);
    this.#transmit(frameOf(frame));
    return accepted;
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
    if (this.#link === undefined) this.retryNow();
    else if (this.#ready) this.#probe();
  };

  readonly #onNetworkLost = (): void => {
    if (this.#link !== undefined) this.#lost(this.#generation, CLOSE.lost);
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
      else this.#waitAndRetry(CLOSE.lost);
      return;
    }
    if (generation !== this.#generation || !this.#running) return;
    const handlers = this.#handlers(generation);
    const { http } = this.#env;
    const overHttp = http !== undefined && this.#socketsRefused >= SOCKETS_REFUSED;
    this.#over = overHttp ? "http" : "socket";
    this.#link = overHttp
      ? openEventStreams(http, handlers)
      : openSocket(this.#env.url(), this.#token, handlers);
    // An open that never ends is a lost connection too.
    this.#heartTimer = setTimeout(() => {
      if (!this.#ready) this.#lost(generation, CLOSE.lost);
    }, this.#env.patienceMs);
  }

  /** Only the link opened last is listened to. */
  #handlers(generation: number): LinkHandlers {
    return {
      onFrame: (json) => {
        if (generation === this.#generation) this.#receive(json);
      },
      onLost: (code) => {
        this.#lost(generation, code);
      },
      onStale: () => {
        if (generation !== this.#generation) return;
        for (const listener of [...this.#onlineListeners]) listener();
      },
    };
  }

  #receive(json: unknown): void {
    this.#beat();
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
        if (frame.output.limits !== undefined) this.limits.set(frame.output.limits);
        this.#setDegraded(frame.output.degraded);
        this.#becomeReady();
        break;
      case "degraded":
        this.#setDegraded(frame.output.parts);
        break;
      case "accepted":
        this.#outbox.accepted(frame.output);
        break;
      case "run_reset":
        this.#runs.reset(frame.output.runId);
        break;
      case "thread_changed":
        for (const listener of [...this.#threadListeners]) listener(frame.output.threadId);
        break;
      case "error":
        if (frame.output.clientMessageId != null) {
          this.#outbox.refused(frame.output.clientMessageId, frame.output.problem);
        }
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
    if (this.#over === "socket") this.#socketsRefused = 0;
    else this.#planSocket(this.#env.socketAgainMs);
    transportMemory.set(this.#over);
    this.state.set({ phase: "online", over: this.#over });
    this.#resume();
    for (const listener of [...this.#onlineListeners]) listener();
  }

  #resume(): void {
    this.#request();
    for (const frame of this.#outbox.frames()) this.#transmit(frame);
  }

  #setDegraded(parts: readonly string[]): void {
    if (parts.join() !== this.degraded.get().join()) this.degraded.set(parts);
  }

  /** Over HTTP, a socket is tried beside it from time to time, and taken once it works. */
  #planSocket(afterMs: number): void {
    clearTimeout(this.#socketTimer);
    this.#socketTimer = setTimeout(() => void this.#trySocket(afterMs), afterMs);
  }

  async #trySocket(waitedMs: number): Promise<void> {
    const generation = this.#generation;
    const token = await this.#env.tokens.token().catch(() => undefined);
    if (generation !== this.#generation) return;
    const failed = () => {
      this.#candidate = undefined;
      if (generation === this.#generation) {
        this.#planSocket(Math.min(MAX_SOCKET_AGAIN_MS, 2 * waitedMs));
      }
    };
    if (token === undefined) {
      failed();
      return;
    }
    const takeOver = (socket: Link) => {
      if (generation !== this.#generation) return undefined;
      this.#candidate = undefined;
      this.#link?.close();
      this.#link = socket;
      this.#over = "socket";
      this.#token = token;
      this.#ready = false;
      return this.#handlers(++this.#generation);
    };
    const { url, patienceMs } = this.#env;
    this.#candidate = trySocket(url(), token, patienceMs, takeOver, failed);
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
    if (this.#runs.deliver(runId, sequence, event) === "gap") this.#request(runId);
  }

  /** Asks for the events of one run, or of all, that come after the last one seen. */
  #request(runId?: string): void {
    for (const frame of this.#runs.requests(runId)) this.#transmit(frame);
  }

  #transmit(frame: object): void {
    if (this.#ready) this.#link?.transmit(frame);
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
      this.#lost(generation, CLOSE.lost);
    }, this.#env.patienceMs);
  }

  #lost(generation: number, code: number): void {
    if (generation !== this.#generation || !this.#running) return;
    this.#countRefusal(code);
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

  /** Sockets that never come to be ready may be blocked on the way; HTTP that does not either says: all is away. */
  #countRefusal(code: number): void {
    if (this.#ready || code !== CLOSE.lost) return;
    this.#socketsRefused = this.#over === "socket" ? this.#socketsRefused + 1 : 0;
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
    clearTimeout(this.#socketTimer);
    this.#generation += 1;
    this.#ready = false;
    this.#candidate?.close();
    this.#candidate = undefined;
    this.#link?.close();
    this.#link = undefined;
  }
}
