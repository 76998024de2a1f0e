import { randomUUID } from "node:crypto";
import { notFound, Refusal, type Answer, type Body } from "./refusal";
import type { TestServer } from "./server";
import { usage } from "./usage";
import type { Account } from "./world";

const MODELS = [
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
];

export function checkLength(server: TestServer, body: Body): void {
  const { maxCharacters } = server.limits.message;
  if (String(body["content"] ?? "").length > maxCharacters) {
    throw new Refusal(413, "payload_too_large", `At most ${maxCharacters} characters.`);
  }
}

/** What is under `/api`, but for event streams. */
export function answerApi(
  server: TestServer,
  method: string,
  path: string[],
  body: Body,
  url: URL,
  account: Account,
): Answer {
  const [kind, id, sub] = path;
  const { world } = server;
  if (kind === "models") return { status: 200, json: { items: MODELS } };
  if (kind === "limits") return { status: 200, json: server.limits };
  if (kind === "status") return { status: 200, json: { degraded: server.degraded } };
  if (kind === "search") return { status: 200, json: { items: search(server, url, account) } };
  if (kind === "usage") return { status: 200, json: usage(url) };
  if (kind === "keys") return keys(server, method, id, body);
  if (kind === "runs" && sub === "stop") {
    world.runs.get(id ?? "")?.stop();
    return { status: 202, json: {} };
  }
  if (kind !== "threads") throw notFound();
  if (id === undefined) return threads(server, method, body, url, account);
  const thread = world.threads.get(id);
  const undoing = method === "PATCH" && body["deleted"] === false;
  if (thread?.owner !== account.id || (thread.deletedAt !== undefined && !undoing)) {
    throw notFound();
  }
  if (sub === "messages" && method === "POST") {
    checkLength(server, body);
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
      if (world.messages.get(body["activeMessageId"])?.threadId !== thread.id) {
        throw new Refusal(422, "validation_failed", "There is no such message in this thread.");
      }
      thread.activeMessageId = world.newestEnd(body["activeMessageId"]);
    }
    world.changed(thread.id);
  }
  return { status: 200, json: thread };
}

function search(server: TestServer, url: URL, account: Account) {
  const q = (url.searchParams.get("q") ?? "").toLowerCase();
  return [...server.world.threads.values()]
    .filter((thread) => thread.owner === account.id && thread.deletedAt === undefined)
    .flatMap((thread) => {
      const hit = server.world
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

function keys(server: TestServer, method: string, id: string | undefined, body: Body): Answer {
  if (method === "POST") {
    const key = {
      id: randomUUID(),
      name: String(body["name"]),
      prefix: `apex_${randomUUID().slice(0, 6)}`,
      createdAt: new Date().toISOString(),
    };
    server.apiKeys.set(key.id, key);
    return { status: 201, json: { ...key, key: `${key.prefix}${randomUUID()}` } };
  }
  if (method === "DELETE") {
    server.apiKeys.delete(id ?? "");
    return { status: 204 };
  }
  return { status: 200, json: { items: [...server.apiKeys.values()] } };
}

function threads(
  server: TestServer,
  method: string,
  body: Body,
  url: URL,
  account: Account,
): Answer {
  if (method === "POST") {
    const title = typeof body["title"] === "string" ? body["title"] : "";
    const id = typeof body["id"] === "string" ? body["id"] : undefined;
    const known = id === undefined ? undefined : server.world.threads.get(id);
    if (known !== undefined) return { status: 200, json: known };
    return { status: 201, json: server.world.addThread(account.id, title, undefined, id) };
  }
  const q = (url.searchParams.get("q") ?? "").toLowerCase();
  const mine = [...server.world.threads.values()]
    .filter((thread) => thread.owner === account.id && thread.deletedAt === undefined)
    .filter((thread) => thread.title.toLowerCase().includes(q))
    .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt.localeCompare(a.updatedAt));
  return { status: 200, json: page(mine, url) };
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
