import { createStore, type Store } from "@/shared/lib/store";
import { callOpen, type TokenSource } from "./http";
import { ProblemError, UNREACHABLE } from "./problem";
import { grantSchema, meSchema, renewalSchema, type Grant, type User } from "./schemas";
import * as v from "valibot";

/** `ended` keeps the person where they are: the session is over, the page and its drafts are not. */
export type SessionState =
  | { phase: "restoring" }
  | { phase: "unreachable" }
  | { phase: "signed-out" }
  | { phase: "signed-in"; user: User }
  | { phase: "ended"; user: User };

interface Held {
  accessToken: string;
  /** On this machine's clock, in milliseconds. */
  expiresAt: number;
  user: User;
}

type Word = { type: "granted"; held: Held } | { type: "signed-out" };

/** A token with less life than this is renewed before it is used. */
const MARGIN_MS = 30_000;
/** The renewal ahead of time happens at this share of a token's life. */
const RENEW_AT = 0.75;
const LOCK = "apex:refresh";

export interface SessionEnvironment {
  base?: string;
  now?: () => number;
  random?: () => number;
  locks?: Pick<LockManager, "request"> | undefined;
  channel?: BroadcastChannel | undefined;
}

/**
 * The signed-in session of this browser. The access token lives in memory only, the refresh token in a cookie no
 * script can read. Tabs take turns at renewing (Web Locks) and tell one another the result
 * (BroadcastChannel), so that one cookie is never spent twice. Only a clear "no" of the auth service
 * ends a session; an unreachable one is asked again.
 */
export class SessionManager implements TokenSource {
  readonly state: Store<SessionState> = createStore<SessionState>({ phase: "restoring" });

  readonly #base: string;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #locks: Pick<LockManager, "request"> | undefined;
  readonly #channel: BroadcastChannel | undefined;
  #held: Held | undefined;
  #renewal: Promise<Held> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(environment: SessionEnvironment = {}) {
    this.#base = environment.base ?? "";
    this.#now = environment.now ?? Date.now;
    this.#random = environment.random ?? Math.random;
    this.#locks = environment.locks ?? globalThis.navigator?.locks;
    this.#channel =
      environment.channel ??
      ("BroadcastChannel" in globalThis && "window" in globalThis
        ? new BroadcastChannel("apex:session")
        : undefined);
    this.#channel?.addEventListener("message", (event: MessageEvent<Word>) => {
      this.#hear(event.data);
    });
  }

  /** Finds out whether this browser is signed in; ends in any phase but `restoring`. */
  async restore(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      if (this.#isRefusal(error)) this.#set({ phase: "signed-out" });
      else {
        this.#set({ phase: "unreachable" });
        this.#schedule(this.#backoff(), () => void this.restore());
      }
    }
  }

  async signIn(email: string, password: string, code?: string): Promise<void> {
    const grant = await callOpen(this.#base, "/auth/login", {
      method: "POST",
      body: { email, password, ...(code ? { code } : {}) },
      schema: grantSchema,
    });
    this.#take(this.#hold(grant), true);
  }

  async register(email: string, password: string, displayName: string): Promise<void> {
    await callOpen(this.#base, "/auth/register", {
      method: "POST",
      body: { email, password, displayName },
      schema: v.unknown(),
    });
    await this.signIn(email, password);
  }

  /** Signs out here and in every tab; the server's word is sought but not waited for in vain. */
  async signOut(): Promise<void> {
    const token = this.#held?.accessToken;
    this.#drop("signed-out", true);
    if (token === undefined) return;
    try {
      await fetch(`${this.#base}/auth/logout`, {
        method: "POST",
        credentials: "same-origin",
        headers: { Authorization: `Bearer ${token}` },
        keepalive: true,
      });
    } catch {
      // The token dies within its fifteen minutes; there is nothing more to do from here.
    }
  }

  async token(): Promise<string> {
    const held = this.#held;
    if (held !== undefined && held.expiresAt - this.#now() > MARGIN_MS) return held.accessToken;
    return (await this.#renewOrEnd()).accessToken;
  }

  async renew(refused: string): Promise<string> {
    const held = this.#held;
    if (held !== undefined && held.accessToken !== refused) return held.accessToken;
    return (await this.#renewOrEnd(refused)).accessToken;
  }

  /** The profile changed: shows the new one everywhere. */
  updated(user: User): void {
    if (this.#held === undefined) return;
    this.#held = { ...this.#held, user };
    this.#set({ phase: "signed-in", user });
    this.#channel?.postMessage({ type: "granted", held: this.#held } satisfies Word);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#channel?.close();
  }

  async #renewOrEnd(refused?: string): Promise<Held> {
    try {
      return await this.#renew(refused);
    } catch (error) {
      if (this.#isRefusal(error)) this.#drop("ended", false);
      throw error;
    }
  }

  /** One renewal at a time in this tab, and one at a time among the tabs. */
  #renew(refused?: string): Promise<Held> {
    const old = refused ?? this.#held?.accessToken;
    this.#renewal ??= this.#exclusively(async () => {
      // Another tab may have renewed while this one waited for its turn.
      const held = this.#held;
      const fresh = held !== undefined && held.expiresAt - this.#now() > MARGIN_MS;
      if (fresh && held.accessToken !== old) return held;
      const renewal = await callOpen(this.#base, "/auth/refresh", {
        method: "POST",
        schema: renewalSchema,
      });
      const user = this.#held?.user ?? (await this.#whose(renewal.accessToken));
      const renewed = this.#hold({ ...renewal, user });
      this.#take(renewed, true);
      return renewed;
    }).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #whose(token: string): Promise<User> {
    const { user } = await callOpen(this.#base, "/auth/me", { token, schema: meSchema });
    return user;
  }

  #exclusively(work: () => Promise<Held>): Promise<Held> {
    if (this.#locks === undefined) return work();
    return this.#locks.request(LOCK, work) as Promise<Held>;
  }

  #hold(grant: Grant): Held {
    return {
      accessToken: grant.accessToken,
      expiresAt: this.#now() + grant.expiresIn * 1000,
      user: grant.user,
    };
  }

  #take(held: Held, tell: boolean): void {
    this.#held = held;
    this.#failures = 0;
    this.#set({ phase: "signed-in", user: held.user });
    const life = held.expiresAt - this.#now();
    // Tabs spread their renewals, so that the first one's result spares the others theirs.
    this.#schedule(life * (RENEW_AT + 0.1 * this.#random()), () => void this.#renewAhead());
    if (tell) this.#channel?.postMessage({ type: "granted", held } satisfies Word);
  }

  async #renewAhead(): Promise<void> {
    try {
      await this.#renewOrEnd(this.#held?.accessToken);
    } catch (error) {
      if (!this.#isRefusal(error)) this.#schedule(this.#backoff(), () => void this.#renewAhead());
    }
  }

  #drop(phase: "signed-out" | "ended", tell: boolean): void {
    const user = this.#held?.user;
    this.#held = undefined;
    clearTimeout(this.#timer);
    this.#set(phase === "ended" && user ? { phase, user } : { phase: "signed-out" });
    if (tell) this.#channel?.postMessage({ type: "signed-out" } satisfies Word);
  }

  #hear(word: Word): void {
    if (word.type === "signed-out") this.#drop("signed-out", false);
    else if (word.held.expiresAt > (this.#held?.expiresAt ?? 0) || this.#sameLife(word.held)) {
      this.#take(word.held, false);
    }
  }

  #sameLife(held: Held): boolean {
    return held.accessToken === this.#held?.accessToken;
  }

  #isRefusal(error: unknown): boolean {
    return (
      error instanceof ProblemError &&
      error.code !== UNREACHABLE &&
      (error.problem.status === 401 || error.problem.status === 403)
    );
  }

  #backoff(): number {
    this.#failures += 1;
    return Math.min(30_000, 1000 * 2 ** (this.#failures - 1)) * (0.5 + this.#random() / 2);
  }

  #schedule(delay: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, Math.max(0, delay));
  }

  #set(next: SessionState): void {
    this.state.set(next);
  }
}
