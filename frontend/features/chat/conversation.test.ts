import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiClient, endpoints, Realtime, type Message } from "@/api-client";
import { uuidV7 } from "@/shared/lib/ids";
import { installWebSocket, until } from "@/test-support/env";
import { TestServer } from "@/test-support/server";
import { wordByWord, type Account, type StoredThread } from "@/test-support/world";
import { Conversation, mergeNewest } from "./conversation";
import { deliver } from "./deliver";
import { Outbox } from "./outbox";

const LONG = Array.from({ length: 80 }, (_, n) => `w${n} `).join("");

let server: TestServer;
let account: Account;
let thread: StoredThread;
let realtime: Realtime;
let conversation: Conversation;
let outbox: Outbox;

function tokens() {
  const { accessToken } = server.issue(account);
  return { token: () => Promise.resolve(accessToken), renew: () => Promise.resolve(accessToken) };
}

/** A device: its own connection to the same thread. */
function device(): { conversation: Conversation; realtime: Realtime } {
  const source = tokens();
  const socket = new Realtime({ url: () => server.socketUrl, tokens: source, maxBackoffMs: 40 });
  socket.start();
  const chat = new Conversation(thread.id, {
    api: endpoints(new ApiClient(source, server.url)),
    realtime: socket,
    outbox,
    onActivity: () => undefined,
  });
  return { conversation: chat, realtime: socket };
}

const messages = (of = conversation) => of.state.get().messages;
const texts = (of = conversation) => messages(of).map((message) => message.content);
const settled = (of = conversation) =>
  of.state.get().pending.length === 0 &&
  messages(of).length > 0 &&
  messages(of).every((message) => message.status !== "streaming");
const last = (): Message => {
  const message = messages().at(-1);
  if (message === undefined) throw new Error("no message");
  return message;
};

beforeAll(installWebSocket);
beforeEach(async () => {
  const kept = new Map<string, string>();
  globalThis.localStorage = Object.assign(
    Object.create({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem(key: string, value: string) {
        kept.set(key, value);
        (this as Record<string, unknown>)[key] = value;
      },
      removeItem(key: string) {
        kept.delete(key);
        Reflect.deleteProperty(this as object, key);
      },
    }) as Storage,
  );
  server = await TestServer.start();
  account = server.world.addAccount("a@b.c", "password1", "A");
  thread = server.world.addThread(account.id);
  outbox = new Outbox(account.id);
  ({ conversation, realtime } = device());
  await until(() => realtime.state.get().phase === "online");
});
afterEach(async () => {
  conversation.close();
  realtime.stop();
  await server.close();
});

describe("GLD-1 a question and its answer", () => {
  it("GLD-1 shows the question at once, the answer as it grows, and finds both again", async () => {
    server.world.script = () => wordByWord(LONG, 2);
    conversation.send("hello", undefined);
    expect(conversation.state.get().pending[0]).toMatchObject({ content: "hello" });
    const running = await until(() => messages().find(({ status }) => status === "streaming"));
    const live = conversation.liveRun(running.runId ?? "");
    await until(() => (live?.store.get().text.length ?? 0) > 20);
    await until(settled);
    expect(texts()).toEqual(["hello", LONG]);
    const again = device();
    await again.conversation.refresh();
    expect(texts(again.conversation)).toEqual(["hello", LONG]);
    again.realtime.stop();
  });

  it("GLD-1 stop ends the answer and keeps what was there", async () => {
    server.world.script = () => wordByWord(LONG, 20);
    conversation.send("hello", undefined);
    const running = await until(() => messages().find(({ status }) => status === "streaming"));
    await until(
      () => (conversation.liveRun(running.runId ?? "")?.store.get().text.length ?? 0) > 9,
    );
    await conversation.stop();
    await until(settled);
    expect(last().status).toBe("stopped");
    expect(LONG.startsWith(last().content)).toBe(true);
    expect(last().content).not.toBe("");
  });

  it("GLD-1 a failed run says why and keeps the steps that led there", async () => {
    server.world.script = function* () {
      yield { cue: { type: "agent_started" }, afterMs: 0 };
      yield { cue: { type: "tool_executing", tool: "docs.search" }, afterMs: 0 };
      yield { cue: { type: "tool_completed", tool: "docs.search", durationMs: 4 }, afterMs: 0 };
      yield {
        cue: {
          type: "run_failed",
          problem: {
            title: "The model provider failed",
            detail: "Out of credit.",
            code: "model_provider_failed",
            retryable: true,
          },
        },
        afterMs: 0,
      };
    };
    conversation.send("hello", undefined);
    await until(settled);
    expect(last()).toMatchObject({ status: "failed", problem: { detail: "Out of credit." } });
    expect(last().steps).toMatchObject([{ type: "tool", tool: "docs.search", durationMs: 4 }]);
  });
});

describe("GLD-1 branches", () => {
  beforeEach(async () => {
    conversation.send("first", undefined);
    await until(settled);
    conversation.send("second", undefined);
    await until(settled);
  });

  it("GLD-1 editing makes a branch beside the old one, and the switcher goes back to it", async () => {
    const second = messages()[2];
    if (second === undefined) throw new Error("no second question");
    conversation.edit(second, "second, better", undefined);
    await until(() => settled() && messages()[2]?.siblings?.count === 2);
    expect(texts().slice(2)).toEqual(["second, better", "You said: second, better"]);
    await conversation.showSibling(second.id);
    expect(texts().slice(2)).toEqual(["second", "You said: second"]);
    expect(messages()[2]?.siblings).toMatchObject({ index: 1, count: 2 });
  });

  it("GLD-1 the first message can be edited too", async () => {
    const first = messages()[0];
    if (first === undefined) throw new Error("no first question");
    conversation.edit(first, "another start", undefined);
    await until(() => settled() && messages()[0]?.siblings?.count === 2);
    expect(texts()).toEqual(["another start", "You said: another start"]);
  });

  it("GLD-1 regenerating asks the same question again and keeps both answers", async () => {
    const answer = last();
    conversation.regenerate(answer, undefined);
    await until(() => settled() && last().id !== answer.id && last().siblings?.count === 2);
    expect(texts()).toHaveLength(4);
    expect(last().parentId).toBe(answer.parentId);
  });
});

describe("GLD-4 other devices and lost connections", () => {
  it("GLD-4 an answer survives cuts on both devices that watch it", async () => {
    server.world.script = () => wordByWord(LONG, 4);
    const other = device();
    other.realtime.onThreadChanged(() => void other.conversation.refresh());
    conversation.send("hello", undefined);
    await until(() => messages(other.conversation).length === 2);
    server.cut();
    await until(() => settled() && settled(other.conversation));
    expect(texts()).toEqual(["hello", LONG]);
    expect(texts(other.conversation)).toEqual(["hello", LONG]);
    other.realtime.stop();
  });

  it("GLD-3 a message that was never accepted is sent again by the next page load, once", async () => {
    server.refuseSockets = true;
    realtime.stop();
    conversation.send("do not lose me", undefined);
    const left = outbox.items();
    expect(left).toMatchObject([{ content: "do not lose me" }]);
    server.refuseSockets = false;
    const next = device();
    for (const item of left) next.conversation.resume(item);
    await until(() => settled(next.conversation));
    expect(texts(next.conversation)).toEqual(["do not lose me", "You said: do not lose me"]);
    expect(outbox.items()).toEqual([]);
    next.realtime.stop();
  });

  it("GLD-3 the first message of a new chat, written while nobody answers, survives a reload and is sent once", async () => {
    server.refuseSockets = true;
    server.down = true;
    realtime.stop();
    const id = uuidV7();
    const environment = (realtimeOf: Realtime) => ({
      api: endpoints(new ApiClient(tokens(), server.url)),
      realtime: realtimeOf,
      outbox,
      onActivity: () => undefined,
    });
    const before = device().realtime;
    const started = new Conversation(id, environment(before), true);
    started.send("the first words", undefined, true);
    await until(() => server.calls.includes("POST /api/threads"));
    expect(started.state.get()).toMatchObject({
      phase: "ready",
      pending: [{ content: "the first words", state: "sending" }],
    });
    before.stop();
    started.close();

    const after = device().realtime;
    const reopened = new Conversation(id, environment(after));
    await reopened.refresh();
    const left = outbox.items();
    expect(left).toHaveLength(1);
    for (const item of left) reopened.resume(item);
    expect(reopened.state.get()).toMatchObject({ phase: "ready", pending: [{ state: "sending" }] });
    server.down = false;
    server.refuseSockets = false;
    await until(() => settled(reopened));
    expect(texts(reopened)).toEqual(["the first words", "You said: the first words"]);
    const threads = [...server.world.threads.values()].filter((other) => other.id === id);
    expect(threads).toHaveLength(1);
    expect(outbox.items()).toEqual([]);
    after.stop();
  });

  it("COM-1 where the socket stays silent the message goes over HTTP, and is stored once", async () => {
    server.loseSends = 1;
    const accepted = await deliver(
      realtime,
      endpoints(new ApiClient(tokens(), server.url)),
      { threadId: thread.id, clientMessageId: "m1", content: "by any road" },
      50,
    );
    expect(server.calls).toContain(`POST /api/threads/${thread.id}/messages`);
    expect(server.world.messages.get(accepted.messageId)?.content).toBe("by any road");
  });

  it("COM-1 a refused message stays on screen with the reason, and can be taken back", async () => {
    thread.owner = "someone else";
    conversation.send("hello", undefined);
    const refused = await until(() =>
      conversation.state.get().pending.find(({ state }) => state === "refused"),
    );
    expect(refused.problem?.message).toBe("There is no such chat.");
    conversation.discard(refused.clientMessageId);
    expect(conversation.state.get().pending).toEqual([]);
  });

  it("FE-3 someone else's thread is said to be missing", async () => {
    thread.owner = "someone else";
    await conversation.refresh();
    expect(conversation.state.get().phase).toBe("missing");
  });
});

describe("long threads", () => {
  it("loads the newest page first and older ones above it, to the very first", async () => {
    for (let n = 0; n < 200; n++) {
      server.world.addMessage(thread, { role: n % 2 ? "assistant" : "user", content: `m${n}` });
    }
    await conversation.refresh();
    expect(messages()).toHaveLength(100);
    expect(last().content).toBe("m199");
    while (conversation.state.get().olderCursor !== null) await conversation.loadOlder();
    expect(texts()).toEqual(Array.from({ length: 200 }, (_, n) => `m${n}`));
  });

  it("reaches a message far up by loading what lies between, and says when there is none", async () => {
    const made = Array.from({ length: 500 }, (_, n) =>
      server.world.addMessage(thread, { role: n % 2 ? "assistant" : "user", content: `m${n}` }),
    );
    expect(await conversation.reach(made[250]?.id ?? "")).toBe(true);
    expect(texts()).toContain("m250");
    expect(texts()).not.toContain("m0");
    expect(await conversation.reach("00000000-0000-7000-8000-000000000000")).toBe(false);
  });

  it("reaches a message of another branch by showing that branch", async () => {
    conversation.send("first", undefined);
    await until(settled);
    const first = messages()[0];
    if (first === undefined) throw new Error("no first question");
    conversation.edit(first, "another start", undefined);
    await until(() => settled() && messages()[0]?.siblings?.count === 2);
    expect(await conversation.reach(first.id)).toBe(true);
    expect(texts()).toEqual(["first", "You said: first"]);
  });

  it("keeps what is loaded above and the identity of what did not change", () => {
    const message = (id: string, content = id): Message => ({
      id,
      threadId: "t",
      role: "user",
      content,
      createdAt: "2026-01-01T00:00:00Z",
      status: "complete",
      steps: [],
    });
    const loaded = [message("a"), message("b"), message("c")];
    const merged = mergeNewest(loaded, [message("b"), message("c", "changed"), message("d")]);
    expect(merged.messages.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(merged.messages[1]).toBe(loaded[1]);
    expect(merged.messages[2]?.content).toBe("changed");
    expect(merged.replaced).toBe(false);
  });
});
