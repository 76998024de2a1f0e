import { randomUUID } from "node:crypto";
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { RunEvent } from "@/api-client";
import { World, type Account } from "./world";

interface Token {
  account: Account;
  sessionId: string;
  expiresAt: number;
}

export interface TestServerOptions {
  port?: number;
  tokenLifeMs?: number;
  /** Where requests for pages go. */
  pages?: number;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors?: { field: string; message: string }[],
  ) {
    super(detail);
  }

  toJSON() {
    return {
      type: `urn:apex:problem:${this.code}`,
      title: this.code.replaceAll("_", " "),
      status: this.status,
      detail: this.message,
      code: this.code,
      correlationId: randomUUID().replaceAll("-", ""),
      retryable: this.status >= 500 || this.status === 429,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

/**
 * The outside of the front end in its own tests: a real HTTP and WebSocket server that speaks the wire format, and
 * that can cut connections, go silent or refuse tokens on command.
 */
export class TestServer {
  readonly world = new World();
  /** Every call, as "METHOD /path". */
  readonly calls: string[] = [];
  readonly frames: Record<string, unknown>[] = [];
  tokenLifeMs: number;
  /** Set to answer nothing on sockets while they stay open. */
  silent = false;
  /** Set to refuse every new socket. */
  refuseSockets = false;
  /** Set to answer every call with 503. */
  down = false;
  /** Frames of `send_message` are lost without an answer this many times. */
  loseSends = 0;
  /** This many run events are lost on their way, while the connection stays. */
  loseEvents = 0;

  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "apex.v1" });
  readonly #tokens = new Map<string, Token>();
  readonly #refresh = new Map<string, { account: Account; sessionId: string }>();
  readonly #connections = new Set<Socket>();
  readonly #apiKeys = new Map<string, { id: string; name: string; prefix: string }>();
  readonly #resets = new Set<(runId: string) => void>();
  readonly #pages: number | undefined;

  private constructor(options: TestServerOptions) {
    this.tokenLifeMs = options.tokenLifeMs ?? 900_000;
    this.#pages = options.pages;
    this.#http = createServer((incoming, outgoing) => void this.#answer(incoming, outgoing));
    this.#http.on("connection", (socket: Socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
    this.#http.on("upgrade", (incoming: IncomingMessage, socket: Socket, head) => {
      if (incoming.url !== "/ws" || this.refuseSockets) {
        socket.destroy();
        return;
      }
      this.#sockets.handleUpgrade(incoming, socket, head, (ws) => {
        this.#serve(ws);
      });
    });
  }

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const server = new TestServer(options);
    await new Promise<void>((resolve) => {
      server.#http.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get socketUrl(): string {
    return `${this.url.replace("http", "ws")}/ws`;
  }

  get openSockets(): number {
    return this.#sockets.clients.size;
  }

  /** Breaks every connection as a dead network does: no close frame. */
  cut(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  closeSockets(code: number): void {
    for (const client of this.#sockets.clients) client.close(code);
  }

  /** The events so far are gone with their numbering; the run is told again from the first. */
  resetRun(runId: string): void {
    for (const reset of this.#resets) reset(runId);
  }

  /** Every access token so far is refused from now on. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  revokeSessions(): void {
    this.#tokens.clear();
    this.#refresh.clear();
  }

  issue(account: Account): { accessToken: string; refresh: string } {
    const sessionId = randomUUID();
    const refresh = randomUUID();
    this.#refresh.set(refresh, { account, sessionId });
    return { accessToken: this.#token(account, sessionId), refresh };
  }

  async close(): Promise<void> {
    this.cut();
    for (const socket of this.#connections) socket.destroy();
    for (const run of this.world.runs.values()) run.stop();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #token(account: Account, sessionId: string): string {
    const token = randomUUID();
    this.#tokens.set(token, { account, sessionId, expiresAt: Date.now() + this.tokenLifeMs });
    return token;
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", this.url);
    if (!/^\/(api|auth)\//.test(url.pathname)) {
      this.#proxy(incoming, outgoing);
      return;
    }
    this.calls.push(`${incoming.method ?? ""} ${url.pathname}`);
    try {
      if (this.down) throw new Refusal(503, "unavailable", "Not right now.");
      const body = await readJson(incoming);
      const { status, json, headers } = this.#route(incoming, url, body);
      outgoing.writeHead(status, { "Content-Type": "application/json", ...headers });
      outgoing.end(json === undefined ? undefined : JSON.stringify(json));
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "internal", String(error));
      outgoing.writeHead(refusal.status, { "Content-Type": "application/problem+json" });
      outgoing.end(JSON.stringify(refusal));
    }
  }

  #proxy(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (this.#pages === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    const upstream = request(
      {
        port: this.#pages,
        host: "127.0.0.1",
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    upstream.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(upstream);
  }

  #route(incoming: IncomingMessage, url: URL, body: Body): Answer {
    const method = incoming.method ?? "GET";
    const [area, ...rest] = url.pathname.slice(1).split("/");
    return area === "auth"
      ? this.#auth(method, rest, body, incoming)
      : this.#api(method, rest, body, url, this.#authenticate(incoming).account);
  }

  #authenticate(incoming: IncomingMessage): Token {
    const token = this.#tokens.get((incoming.headers.authorization ?? "").replace("Bearer ", ""));
    if (token === undefined) throw new Refusal(401, "unauthenticated", "Sign in to continue.");
    if (token.expiresAt <= Date.now()) {
      throw new Refusal(401, "token_expired", "The access token has expired.");
    }
    return token;
  }

  #grant(account: Account, sessionId: string): Answer {
    const refresh = randomUUID();
    this.#refresh.set(refresh, { account, sessionId });
    return {
      status: 200,
      json: {
        accessToken: this.#token(account, sessionId),
        tokenType: "Bearer",
        expiresIn: this.tokenLifeMs / 1000,
        user: person(account),
      },
      headers: { "Set-Cookie": `apex_refresh=${refresh}; HttpOnly; SameSite=Strict; Path=/auth` },
    };
  }

  #auth(method: string, path: string[], body: Body, incoming: IncomingMessage): Answer {
    const cookie = /apex_refresh=([^;]+)/.exec(incoming.headers.cookie ?? "")?.[1] ?? "";
    switch (`${method} ${path.join("/")}`) {
      case "POST register": {
        const email = String(body["email"]);
        const password = String(body["password"]);
        if (password.length < 8) {
          throw new Refusal(422, "validation_failed", "The request has invalid fields.", [
            { field: "password", message: "At least 8 characters." },
          ]);
        }
        if ([...this.world.accounts.values()].some((account) => account.email === email)) {
          throw new Refusal(409, "conflict", "This address is taken.");
        }
        const account = this.world.addAccount(email, password, String(body["displayName"]));
        return { status: 201, json: { user: person(account) } };
      }
      case "POST login": {
        const account = [...this.world.accounts.values()].find(
          (other) => other.email === body["email"] && other.password === body["password"],
        );
        if (account === undefined) {
          throw new Refusal(
            401,
            "invalid_credentials",
            "The e-mail address or the password is wrong.",
          );
        }
        return this.#grant(account, randomUUID());
      }
      case "POST refresh": {
        const family = this.#refresh.get(cookie);
        if (family === undefined) throw new Refusal(401, "unauthenticated", "Sign in to continue.");
        this.#refresh.delete(cookie);
        const { json, ...answer } = this.#grant(family.account, family.sessionId);
        const { user: _user, ...renewal } = json as { user: unknown };
        return { ...answer, json: renewal };
      }
      case "POST logout":
        this.#refresh.delete(cookie);
        return { status: 204 };
      default:
        return this.#account(method, path, body, this.#authenticate(incoming));
    }
  }

  #account(method: string, path: string[], body: Body, token: Token): Answer {
    const { account, sessionId } = token;
    switch (`${method} ${path[0] ?? ""}`) {
      case "GET me":
        return path[1] === "export"
          ? { status: 200, json: { account: person(account) } }
          : { status: 200, json: { user: person(account) } };
      case "PATCH me":
        account.displayName = String(body["displayName"] ?? account.displayName);
        return { status: 200, json: { user: person(account) } };
      case "DELETE me":
        this.world.accounts.delete(account.id);
        this.revokeSessions();
        return { status: 204 };
      case "GET sessions":
        return {
          status: 200,
          json: {
            items: [
              {
                id: sessionId,
                current: true,
                createdAt: new Date().toISOString(),
                userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140",
                address: "127.0.0.1",
              },
            ],
          },
        };
      case "DELETE sessions":
        return { status: 204 };
      default:
        throw new Refusal(404, "not_found", "There is no such thing here.");
    }
  }

  #api(method: string, path: string[], body: Body, url: URL, account: Account): Answer {
    const [kind, id, sub] = path;
    const { world } = this;
    if (kind === "models") {
      return {
        status: 200,
        json: {
          items: [
            {
              id: "apex/guide",
              name: "Apex Guide",
              provider: "Netra Apex",
              description: "Answers from what it can look up here. No key needed.",
              available: true,
              default: true,
            },
            { id: "ollama/llama3.3", name: "Llama 3.3 70B", provider: "Ollama", available: true },
            {
              id: "anthropic/claude-sonnet",
              name: "Claude Sonnet",
              provider: "Anthropic",
              available: false,
            },
          ],
        },
      };
    }
    if (kind === "search") return { status: 200, json: { items: this.#search(url, account) } };
    if (kind === "usage") return { status: 200, json: usage(url) };
    if (kind === "keys") return this.#keys(method, id, body);
    if (kind === "runs" && sub === "stop") {
      world.runs.get(id ?? "")?.stop();
      return { status: 202, json: {} };
    }
    if (kind !== "threads") throw new Refusal(404, "not_found", "There is no such thing here.");
    if (id === undefined) return this.#threads(method, body, url, account);
    const thread = world.threads.get(id);
    const undoing = method === "PATCH" && body["deleted"] === false;
    if (thread?.owner !== account.id || (thread.deletedAt !== undefined && !undoing)) {
      throw new Refusal(404, "not_found", "There is no such thing here.");
    }
    if (sub === "messages" && method === "POST") {
      const { message, runId, answerId } = world.accept(thread, body as never);
      return { status: 202, json: { message, runId, answerId, threadId: thread.id } };
    }
    if (sub === "messages") {
      const { items, nextCursor } = page(world.branch(thread).reverse(), url);
      return { status: 200, json: { items, nextCursor } };
    }
    if (method === "DELETE") {
      thread.deletedAt = new Date().toISOString();
      world.changed(thread.id);
      return { status: 204 };
    }
    if (method === "PATCH") {
      if (undoing) delete thread.deletedAt;
      if (typeof body["title"] === "string") thread.title = body["title"];
      if (typeof body["pinned"] === "boolean") thread.pinned = body["pinned"];
      if (typeof body["activeMessageId"] === "string") {
        thread.activeMessageId = world.newestEnd(body["activeMessageId"]);
      }
      world.changed(thread.id);
    }
    return { status: 200, json: thread };
  }

  #search(url: URL, account: Account) {
    const q = (url.searchParams.get("q") ?? "").toLowerCase();
    return [...this.world.threads.values()]
      .filter((thread) => thread.owner === account.id && thread.deletedAt === undefined)
      .flatMap((thread) => {
        const hit = this.world
          .branch(thread)
          .find((message) => message.content.toLowerCase().includes(q));
        if (hit === undefined && !thread.title.toLowerCase().includes(q)) return [];
        const excerpt = hit?.content.slice(0, 120) ?? "";
        const start = excerpt.toLowerCase().indexOf(q);
        return [
          {
            threadId: thread.id,
            title: thread.title,
            messageId: hit?.id,
            excerpt,
            highlights: start < 0 ? [] : [{ start, end: start + q.length }],
            time: thread.updatedAt,
          },
        ];
      });
  }

  #keys(method: string, id: string | undefined, body: Body): Answer {
    if (method === "POST") {
      const key = {
        id: randomUUID(),
        name: String(body["name"]),
        prefix: `apex_${randomUUID().slice(0, 6)}`,
        createdAt: new Date().toISOString(),
      };
      this.#apiKeys.set(key.id, key);
      return { status: 201, json: { ...key, key: `${key.prefix}${randomUUID()}` } };
    }
    if (method === "DELETE") {
      this.#apiKeys.delete(id ?? "");
      return { status: 204 };
    }
    return { status: 200, json: { items: [...this.#apiKeys.values()] } };
  }

  #threads(method: string, body: Body, url: URL, account: Account): Answer {
    if (method === "POST") {
      const title = typeof body["title"] === "string" ? body["title"] : "";
      return { status: 201, json: this.world.addThread(account.id, title) };
    }
    const q = (url.searchParams.get("q") ?? "").toLowerCase();
    const mine = [...this.world.threads.values()]
      .filter((thread) => thread.owner === account.id && thread.deletedAt === undefined)
      .filter((thread) => thread.title.toLowerCase().includes(q))
      .sort(
        (a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt.localeCompare(a.updatedAt),
      );
    return { status: 200, json: page(mine, url) };
  }

  #serve(ws: WebSocket): void {
    let account: Account | undefined;
    const following = new Map<string, number>();
    const say = (frame: object) => {
      if (!this.silent && ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
    };
    const onEvent = (event: RunEvent) => {
      const position = following.get(event.runId);
      if (position === undefined || event.sequence <= position) return;
      following.set(event.runId, event.sequence);
      if (this.loseEvents > 0) {
        this.loseEvents -= 1;
        return;
      }
      say(event);
    };
    const onChange = (threadId: string) => {
      if (this.world.threads.get(threadId)?.owner === account?.id) {
        say({ type: "thread_changed", threadId });
      }
    };
    const follow = (runId: string, after: number) => {
      following.set(runId, after);
      for (const event of this.world.runs.get(runId)?.events ?? []) onEvent(event);
    };
    const onReset = (runId: string) => {
      if (!following.has(runId)) return;
      say({ type: "run_reset", runId });
      follow(runId, 0);
    };
    this.#resets.add(onReset);
    this.world.watchers.add(onEvent);
    this.world.changes.add(onChange);
    ws.on("close", () => {
      this.#resets.delete(onReset);
      this.world.watchers.delete(onEvent);
      this.world.changes.delete(onChange);
    });
    ws.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Record<string, unknown>;
      this.frames.push(frame);
      if (this.silent) return;
      if (frame["type"] === "authenticate") {
        const token = this.#tokens.get(String(frame["token"]));
        if (token === undefined) ws.close(4000);
        else if (token.expiresAt <= Date.now()) ws.close(4001);
        else {
          account = token.account;
          say({
            type: "ready",
            userId: account.id,
            expiresAt: new Date(token.expiresAt).toISOString(),
          });
        }
        return;
      }
      if (account === undefined) {
        ws.close(4000);
        return;
      }
      switch (frame["type"]) {
        case "ping":
          say({ type: "pong" });
          break;
        case "subscribe":
          follow(String(frame["runId"]), Number(frame["afterSequence"] ?? 0));
          break;
        case "unsubscribe":
          following.delete(String(frame["runId"]));
          break;
        case "send_message": {
          if (this.loseSends > 0) {
            this.loseSends -= 1;
            return;
          }
          const thread = this.world.threads.get(String(frame["threadId"]));
          if (thread?.owner !== account.id) {
            say({
              type: "error",
              clientMessageId: frame["clientMessageId"],
              problem: new Refusal(404, "not_found", "There is no such chat."),
            });
            return;
          }
          const { message, runId, answerId } = this.world.accept(thread, frame as never);
          say({
            type: "accepted",
            clientMessageId: frame["clientMessageId"],
            messageId: message.id,
            answerId,
            threadId: thread.id,
            runId,
          });
          follow(runId, 0);
          this.world.changed(thread.id);
          break;
        }
        default:
          ws.close(4002);
      }
    });
  }
}

type Body = Record<string, unknown>;

interface Answer {
  status: number;
  json?: unknown;
  headers?: Record<string, string>;
}

function person({ password: _password, ...user }: Account) {
  return user;
}

function usage(url: URL) {
  const from = url.searchParams.get("from") ?? "";
  const to = url.searchParams.get("to") ?? "";
  const counts = (n: number) => ({
    calls: 3 + (n % 9),
    failed: n % 11 === 0 ? 1 : 0,
    inputTokens: 900 + ((n * 7919) % 5200),
    outputTokens: 300 + ((n * 104_729) % 3100),
  });
  const byDay: ({ day: string } & ReturnType<typeof counts>)[] = [];
  for (let time = Date.parse(from), n = 1; time <= Date.parse(to); time += 86_400_000, n++) {
    if (n % 6 !== 0) byDay.push({ day: new Date(time).toISOString().slice(0, 10), ...counts(n) });
  }
  const sum = (of: (item: (typeof byDay)[number]) => number) =>
    byDay.reduce((total, item) => total + of(item), 0);
  const total = {
    calls: sum((item) => item.calls),
    failed: sum((item) => item.failed),
    inputTokens: sum((item) => item.inputTokens),
    outputTokens: sum((item) => item.outputTokens),
  };
  const models = [
    { model: "ollama/llama3.3", ...counts(40) },
    { model: "apex/guide", ...counts(15) },
  ];
  const items = url.searchParams.get("by") === "model" ? models : byDay;
  return { from, to, by: url.searchParams.get("by"), available: true, buffered: 0, total, items };
}

/** Cursor paging: the cursor is the id of the last item given out. */
function page<T extends { id: string }>(items: T[], url: URL) {
  const before = url.searchParams.get("before");
  const limit = Number(url.searchParams.get("limit") ?? 50);
  const from = before === null ? 0 : items.findIndex(({ id }) => id === before) + 1;
  const part = items.slice(from, from + limit);
  const more = from + limit < items.length;
  return { items: part, ...(more ? { nextCursor: part.at(-1)?.id } : {}) };
}

async function readJson(incoming: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Body);
}
