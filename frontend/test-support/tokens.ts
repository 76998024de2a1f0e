import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal";
import type { Account } from "./world";

export interface Token {
  account: Account;
  sessionId: string;
  expiresAt: number;
}

/** Access and refresh tokens in the hands of the test server. */
export class Tokens {
  lifeMs: number;
  readonly #access = new Map<string, Token>();
  readonly #refresh = new Map<string, { account: Account; sessionId: string }>();

  constructor(lifeMs: number) {
    this.lifeMs = lifeMs;
  }

  issue(account: Account, sessionId: string = randomUUID()): { access: string; refresh: string } {
    const access = randomUUID();
    const refresh = randomUUID();
    this.#access.set(access, { account, sessionId, expiresAt: Date.now() + this.lifeMs });
    this.#refresh.set(refresh, { account, sessionId });
    return { access, refresh };
  }

  find(access: string): Token | undefined {
    return this.#access.get(access);
  }

  /** The bearer of a request. */
  of(incoming: IncomingMessage): Token {
    const token = this.find((incoming.headers.authorization ?? "").replace("Bearer ", ""));
    if (token === undefined) throw new Refusal(401, "unauthenticated", "Sign in to continue.");
    if (token.expiresAt <= Date.now()) {
      throw new Refusal(401, "token_expired", "The access token has expired.");
    }
    return token;
  }

  /** Takes a refresh token, which is good once. */
  spend(refresh: string): { account: Account; sessionId: string } | undefined {
    const family = this.#refresh.get(refresh);
    this.#refresh.delete(refresh);
    return family;
  }

  revokeAccess(): void {
    this.#access.clear();
  }

  revokeAll(): void {
    this.#access.clear();
    this.#refresh.clear();
  }
}
