import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { installWebSocket, until } from "@/test-support/env";
import { TestServer } from "@/test-support/server";
import { wordByWord, type Account, type StoredThread } from "@/test-support/world";
import { ApiClient } from "./http";
import { Realtime } from "./realtime";
import type { RunEvent } from "./schemas";
import { serverSentEvents } from "./sse";

const TEXT = Array.from({ length: 120 }, (_, n) => `word${n} `).join("");

let server: TestServer;
let account: Account;
let thread: StoredThread;
let realtime: Realtime;

function connect(options: Partial<ConstructorParameters<typeof Realtime>[0]> = {}): Realtime {
  const { accessToken } = server.issue(account);
  const tokens = {
    token: () => Promise.resolve(accessToken),
    renew: () => Promise.resolve(accessToken),
  };
  realtime = new Realtime({
    url: () => server.socketUrl,
    tokens,
    http: new ApiClient(tokens, server.url),
    maxBackoffMs: 40,
    ...options,
  });
  realtime.start();
  return realtime;
}

const overHttp = () => {
  const state = realtime.state.get();
  return state.phase === "online" && state.over === "http";
};

async function ask(content = "hi"): Promise<{ runId: string; events: RunEvent[] }> {
  const { runId } = await realtime.send({
    threadId: thread.id,
    clientMessageId: crypto.randomUUID(),
    content,
  });
  const events: RunEvent[] = [];
  realtime.subscribe(runId, { onEvent: (event) => events.push(event), onReset: () => undefined });
  return { runId, events };
}

const textOf = (events: RunEvent[]) =>
  events.map((event) => (event.type === "text_delta" ? event.text : "")).join("");
const isOver = (events: RunEvent[]) => events.at(-1)?.type === "agent_completed";

beforeAll(installWebSocket);
beforeEach(async () => {
  server = await TestServer.start();
  account = server.world.addAccount("a@b.c", "password1", "A");
  thread = server.world.addThread(account.id);
  server.world.script = () => wordByWord(TEXT, 2);
});
afterEach(async () => {
  realtime.stop();
  await server.close();
});

describe("COM-1 where sockets are refused on the way", () => {
  beforeEach(() => {
    server.refuseSockets = true;
  });

  it("COM-1 a message is posted and its answer read as server-sent events", async () => {
    connect();
    await until(overHttp);
    const { runId, events } = await ask();
    await until(() => isOver(events));
    expect(textOf(events)).toBe(TEXT);
    expect(server.calls).toContain(`GET /api/runs/${runId}/events`);
  });

  it("GLD-4 an answer whose stream is cut again and again resumes after the last event seen", async () => {
    let said = "";
    let enough = false;
    server.world.script = function* () {
      yield { cue: { type: "agent_started", agent: "test", model: "test/echo" }, afterMs: 0 };
      for (let n = 0; !enough; n++) {
        const text = `word${n} `;
        said += text;
        yield { cue: { type: "text_delta", text }, afterMs: 12 };
      }
    };
    connect();
    await until(overHttp);
    const { runId, events } = await ask();
    const reads = () => server.calls.filter((call) => call === `GET /api/runs/${runId}/events`);
    for (let cuts = 0; cuts < 3; cuts++) {
      // Events may still come out of what was received before the last cut: a new read counts.
      await until(() => reads().length > cuts);
      const before = events.length;
      await until(() => events.length > before);
      server.cutStreams();
    }
    enough = true;
    await until(() => isOver(events));
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, n) => n + 1));
    expect(textOf(events)).toBe(said);
    expect(reads().length).toBeGreaterThanOrEqual(4);
  });

  it("COM-1 more answers than streams at once all arrive whole", async () => {
    server.world.script = () => wordByWord("one two three four five", 3);
    connect();
    await until(overHttp);
    const asked = await Promise.all(Array.from({ length: 7 }, (_, n) => ask(`q${n}`)));
    await until(() => asked.every(({ events }) => isOver(events)));
    for (const { events } of asked) expect(textOf(events)).toBe("one two three four five");
  });

  it("COM-1 a refusal is told in the server's own words", async () => {
    connect();
    await until(overHttp);
    const sent = realtime.send({ threadId: "unknown", clientMessageId: "m1", content: "x" });
    await expect(sent).rejects.toThrow("There is no such thing here.");
    expect(overHttp()).toBe(true);
  });

  it("GLD-7 says that it is cut off when HTTP fails as well, and recovers alone", async () => {
    server.down = true;
    connect();
    const sent = ask("kept");
    await until(() => server.calls.includes("GET /api/status"));
    await until(() => realtime.state.get().phase === "waiting");
    server.down = false;
    const { events } = await sent;
    await until(() => isOver(events));
    expect(overHttp()).toBe(true);
  });

  it("COM-1 takes the socket again, in mid-answer, once it comes through", async () => {
    connect({ socketAgainMs: 30 });
    await until(overHttp);
    server.world.script = () => wordByWord(TEXT, 6);
    const { events } = await ask();
    await until(() => events.length > 5);
    server.refuseSockets = false;
    await until(() => {
      const state = realtime.state.get();
      return state.phase === "online" && state.over === "socket";
    });
    expect(isOver(events)).toBe(false);
    await until(() => isOver(events));
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, n) => n + 1));
    expect(textOf(events)).toBe(TEXT);
  });

  it("GLD-6 learns the limits and what is away", async () => {
    server.degraded = ["redis"];
    connect();
    await until(overHttp);
    expect(realtime.degraded.get()).toEqual(["redis"]);
    expect(realtime.limits.get()).toEqual({ message: { maxCharacters: 32_000 } });
  });
});

describe("GLD-6 what the service has to do without", () => {
  it("GLD-6 is told on the socket as it begins and as it ends", async () => {
    server.limits = { message: { maxCharacters: 1234 } };
    connect();
    await until(() => realtime.state.get().phase === "online");
    expect(realtime.limits.get()?.message.maxCharacters).toBe(1234);
    expect(realtime.degraded.get()).toEqual([]);
    server.degrade("redis");
    await until(() => realtime.degraded.get().includes("redis"));
    server.degrade();
    await until(() => realtime.degraded.get().length === 0);
  });
});

describe("server-sent events", () => {
  const read = async (...chunks: string[]) => {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
        controller.close();
      },
    });
    const events = [];
    for await (const event of serverSentEvents(body, 1000)) events.push(event);
    return events;
  };

  it("are read whatever pieces they come in", async () => {
    const text = ':\n\nid: 1\nevent: x\ndata: {"a":"ü"}\n\nid:2\r\ndata:one\r\ndata: two\r\n\r\n';
    const expected = [
      { id: "1", data: '{"a":"ü"}' },
      { id: "2", data: "one\ntwo" },
    ];
    expect(await read(text)).toEqual(expected);
    expect(await read(...text)).toEqual(expected);
  });

  it("of which the last has no end are left out", async () => {
    expect(await read("data: whole\n\ndata: ha")).toEqual([{ id: undefined, data: "whole" }]);
  });
});
