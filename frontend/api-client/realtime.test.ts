import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { installWebSocket, until } from "@/test-support/env";
import { TestServer } from "@/test-support/server";
import { wordByWord, type StoredThread } from "@/test-support/world";
import { Realtime } from "./realtime";
import type { RunEvent } from "./schemas";

const TEXT = Array.from({ length: 120 }, (_, n) => `word${n} `).join("");

let server: TestServer;
let thread: StoredThread;
let realtime: Realtime;
let renewals: number;

/** Tokens from the server's own hands; a renewal makes another. */
function tokens() {
  const account = [...server.world.accounts.values()][0];
  if (account === undefined) throw new Error("no account");
  let current = server.issue(account).accessToken;
  return {
    token: () => Promise.resolve(current),
    renew: () => {
      renewals += 1;
      current = server.issue(account).accessToken;
      return Promise.resolve(current);
    },
  };
}

function connect(options: Partial<ConstructorParameters<typeof Realtime>[0]> = {}): Realtime {
  realtime = new Realtime({
    url: () => server.socketUrl,
    tokens: tokens(),
    maxBackoffMs: 40,
    ...options,
  });
  realtime.start();
  return realtime;
}

function collect(runId: string): { events: RunEvent[]; resets: number } {
  const seen = { events: [] as RunEvent[], resets: 0 };
  realtime.subscribe(runId, {
    onEvent: (event) => seen.events.push(event),
    onReset: () => {
      seen.resets += 1;
      seen.events = [];
    },
  });
  return seen;
}

const textOf = (events: RunEvent[]) =>
  events.map((event) => (event.type === "text_delta" ? event.text : "")).join("");
const isOver = (events: RunEvent[]) => events.at(-1)?.type === "agent_completed";

beforeAll(installWebSocket);
beforeEach(async () => {
  renewals = 0;
  server = await TestServer.start();
  thread = server.world.addThread(server.world.addAccount("a@b.c", "password1", "A").id);
  server.world.script = () => wordByWord(TEXT, 2);
});
afterEach(async () => {
  realtime.stop();
  await server.close();
});

describe("GLD-4 a run survives a lost connection", () => {
  it("GLD-4 gives every event once and in order while the connection is cut again and again", async () => {
    connect();
    const { runId } = await realtime.send({
      threadId: thread.id,
      clientMessageId: "m1",
      content: "hi",
    });
    const seen = collect(runId);
    for (const after of [10, 40, 80]) {
      await until(() => seen.events.length >= after);
      server.cut();
    }
    await until(() => isOver(seen.events));
    expect(seen.events.map((event) => event.sequence)).toEqual(seen.events.map((_, n) => n + 1));
    expect(textOf(seen.events)).toBe(TEXT);
  });

  it("GLD-4 starts the run's events over when the server says the numbering is void", async () => {
    connect();
    const { runId } = await realtime.send({
      threadId: thread.id,
      clientMessageId: "m1",
      content: "hi",
    });
    const seen = collect(runId);
    await until(() => seen.events.length > 5);
    server.resetRun(runId);
    await until(() => isOver(seen.events));
    expect(seen.resets).toBe(1);
    expect(textOf(seen.events)).toBe(TEXT);
  });

  it("GLD-4 asks again when a number is missing instead of showing a gap", async () => {
    connect();
    const { runId } = await realtime.send({
      threadId: thread.id,
      clientMessageId: "m1",
      content: "hi",
    });
    const seen = collect(runId);
    await until(() => seen.events.length > 5);
    server.loseEvents = 3;
    await until(() => isOver(seen.events));
    expect(textOf(seen.events)).toBe(TEXT);
  });

  it("GLD-4 two connections follow one run to the same text", async () => {
    connect();
    const first = realtime;
    const { runId } = await first.send({
      threadId: thread.id,
      clientMessageId: "m1",
      content: "hi",
    });
    const one = collect(runId);
    await until(() => one.events.length > 20);
    connect();
    const two = collect(runId);
    await until(() => isOver(one.events) && isOver(two.events));
    expect(textOf(two.events)).toBe(textOf(one.events));
    first.stop();
  });
});

describe("GLD-3 what is sent arrives once", () => {
  it("GLD-3 repeats a message whose acceptance was cut off, and it is stored once", async () => {
    connect();
    await until(() => realtime.state.get().phase === "online");
    server.loseSends = 1;
    const sent = realtime.send({ threadId: thread.id, clientMessageId: "m1", content: "once" });
    await until(() => server.frames.some((frame) => frame["type"] === "send_message"));
    server.cut();
    const accepted = await sent;
    const stored = [...server.world.messages.values()].filter(({ role }) => role === "user");
    expect(stored.map(({ id }) => id)).toEqual([accepted.messageId]);
  });

  it("GLD-3 keeps a message written while offline and sends it when the server is back", async () => {
    server.refuseSockets = true;
    connect();
    await until(() => realtime.state.get().phase === "waiting");
    const sent = realtime.send({ threadId: thread.id, clientMessageId: "m1", content: "later" });
    server.refuseSockets = false;
    expect((await sent).clientMessageId).toBe("m1");
  });

  it("refuses with the server's own words, and the connection stays", async () => {
    connect();
    const sent = realtime.send({ threadId: "unknown", clientMessageId: "m1", content: "x" });
    await expect(sent).rejects.toThrow("There is no such chat.");
    expect(realtime.state.get().phase).toBe("online");
  });
});

describe("GLD-7 the connection is honest and recovers alone", () => {
  it("GLD-7 renews its token and goes on when closed with 4001", async () => {
    connect();
    await until(() => realtime.state.get().phase === "online");
    const { runId } = await realtime.send({
      threadId: thread.id,
      clientMessageId: "m1",
      content: "hi",
    });
    const seen = collect(runId);
    await until(() => seen.events.length > 10);
    server.closeSockets(4001);
    await until(() => isOver(seen.events));
    expect(renewals).toBe(1);
    expect(textOf(seen.events)).toBe(TEXT);
  });

  it("GLD-7 presents a new token on the open connection before the old one ends", async () => {
    server.tokens.lifeMs = 1500;
    connect();
    await until(() => realtime.state.get().phase === "online");
    await until(
      () => server.frames.filter((frame) => frame["type"] === "authenticate").length === 2,
    );
    expect(server.openSockets).toBe(1);
    expect(renewals).toBe(1);
  });

  it("GLD-7 notices a server that has gone silent and connects anew", async () => {
    connect({ heartbeatMs: 40, patienceMs: 60 });
    await until(() => realtime.state.get().phase === "online");
    server.silent = true;
    await until(() => realtime.state.get().phase === "waiting");
    server.silent = false;
    await until(() => realtime.state.get().phase === "online");
  });

  it("waits longer from try to try, never longer than its limit", async () => {
    server.refuseSockets = true;
    let clock = 0;
    connect({ maxBackoffMs: 60, random: () => 1, now: () => clock });
    const waits: number[] = [];
    realtime.state.subscribe(() => {
      const state = realtime.state.get();
      if (state.phase === "waiting") waits.push(state.retryAt - clock);
      clock += 1;
    });
    await until(() => waits.length >= 3);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
  });

  it("stops when the session is over", async () => {
    connect({
      tokens: {
        token: () => Promise.reject(new Error("unused")),
        renew: () => Promise.reject(new Error("unused")),
      },
    });
    await until(() => realtime.state.get().phase === "waiting");
    realtime.stop();
    expect(realtime.state.get().phase).toBe("idle");
  });
});
