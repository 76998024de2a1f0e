import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import { answerApi } from "./api-routes";
import { answerAuth } from "./auth-routes";
import { streamEvents } from "./event-stream";
import { Refusal, type Answer, type Body } from "./refusal";
import { serveSocket } from "./sockets";
import { Tokens } from "./tokens";
import { World, type Account } from "./world";

export interface TestServerOptions {
  port?: number;
  tokenLifeMs?: number;
  /** Where requests for pages go. */
  pages?: number;
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
  readonly tokens: Tokens;
  readonly apiKeys = new Map<string, { id: string; name: string; prefix: string }>();
  /** What each open socket does when a run's numbering becomes void, and when `degrade` is called. */
  readonly resets = new Set<(runId: string) => void>();
  readonly degradations = new Set<() => void>();
  limits = { message: { maxCharacters: 32_000 } };
  degraded: string[] = [];
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
  readonly #connections = new Set<Socket>();
  readonly #pages: number | undefined;

  private constructor(options: TestServerOptions) {
    this.tokens = new Tokens(options.tokenLifeMs ?? 900_000);
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
        serveSocket(this, ws);
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
    for (const reset of this.resets) reset(runId);
  }

  /** These parts of the service are away from now on. */
  degrade(...parts: string[]): void {
    this.degraded = parts;
    for (const tell of this.degradations) tell();
  }

  /** Breaks every event stream, and every call under way. */
  cutStreams(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  /** Every access token so far is refused from now on. */
  revokeTokens(): void {
    this.tokens.revokeAccess();
  }

  revokeSessions(): void {
    this.tokens.revokeAll();
  }

  issue(account: Account): { accessToken: string; refresh: string } {
    const { access, refresh } = this.tokens.issue(account);
    return { accessToken: access, refresh };
  }

  async close(): Promise<void> {
    this.cut();
    for (const socket of this.#connections) socket.destroy();
    for (const run of this.world.runs.values()) run.stop();
    await new Promise((resolve) => this.#http.close(resolve));
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
      this.#respond(incoming, outgoing, url, body);
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

  #respond(incoming: IncomingMessage, outgoing: ServerResponse, url: URL, body: Body): void {
    const method = incoming.method ?? "GET";
    const [area, ...rest] = url.pathname.slice(1).split("/");
    if (area === "auth") {
      send(outgoing, answerAuth(this, method, rest, body, incoming));
      return;
    }
    const { account } = this.tokens.of(incoming);
    const [kind, id = "", sub] = rest;
    if (kind === "runs" && sub === "events") {
      streamEvents(this, id, account, incoming, outgoing);
    } else send(outgoing, answerApi(this, method, rest, body, url, account));
  }
}

async function readJson(incoming: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Body);
}

function send(outgoing: ServerResponse, { status, json, headers }: Answer): void {
  outgoing.writeHead(status, { "Content-Type": "application/json", ...headers });
  outgoing.end(json === undefined ? undefined : JSON.stringify(json));
}
