import {
  ProblemError,
  type Accepted,
  type Endpoints,
  type Message,
  type Realtime,
} from "@/api-client";
import { uuidV7 } from "@/shared/lib/ids";
import { createStore, type Store } from "@/shared/lib/store";
import { createThread, deliver } from "./deliver";
import { LiveRun, type LiveAnswer } from "./live-run";
import type { Outbox, OutboxItem } from "./outbox";

/** On its way to the server; `refused` waits for the person. */
export interface PendingMessage extends OutboxItem {
  state: "sending" | "refused";
  problem?: ProblemError;
}

export interface ConversationState {
  phase: "loading" | "ready" | "failed" | "missing";
  error?: unknown;
  /** The branch shown, oldest first; older ones may not be loaded yet. */
  messages: Message[];
  olderCursor: string | null;
  loadingOlder: boolean;
  pending: PendingMessage[];
}

export interface ConversationEnvironment {
  api: Endpoints;
  realtime: Realtime;
  outbox: Outbox;
  /** Something changed that the list of threads shows too. */
  onActivity: () => void;
}

const PAGE = 100;
/** The most the server gives at once; for the way to a message far up. */
const LARGE_PAGE = 200;

function sameMessage(a: Message, b: Message): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The newest page laid over what is loaded. What lies above the page's first message are its ancestors and stays;
 * messages that did not change keep their identity, so that they are not drawn again.
 */
export function mergeNewest(
  loaded: Message[],
  page: Message[],
): { messages: Message[]; replaced: boolean } {
  const first = page[0];
  if (first === undefined) return { messages: [], replaced: true };
  const known = new Map(loaded.map((message) => [message.id, message]));
  const kept = page.map((message) => {
    const old = known.get(message.id);
    return old !== undefined && sameMessage(old, message) ? old : message;
  });
  const overlap = loaded.findIndex((message) => message.id === first.id);
  if (overlap === -1) return { messages: kept, replaced: true };
  return { messages: [...loaded.slice(0, overlap), ...kept], replaced: false };
}

/** One thread as this page sees it: messages, what is on its way, and the answers that grow. */
export class Conversation {
  readonly state: Store<ConversationState>;
  readonly threadId: string;
  readonly #env: ConversationEnvironment;
  readonly #live = new Map<string, LiveRun>();
  #version = 0;
  #refreshing: Promise<void> | undefined;
  #refreshAgain = false;
  #loadingOlder: Promise<void> | undefined;

  constructor(threadId: string, env: ConversationEnvironment, isNew = false) {
    this.threadId = threadId;
    this.#env = env;
    this.state = createStore<ConversationState>({
      phase: isNew ? "ready" : "loading",
      messages: [],
      olderCursor: null,
      loadingOlder: false,
      pending: [],
    });
  }

  /** The growing answer of a run that is followed. */
  liveRun(runId: string): LiveRun | undefined {
    return this.#live.get(runId);
  }

  /** Reads the newest messages; calls that come while one is under way lead to one more. */
  refresh(): Promise<void> {
    if (this.#refreshing !== undefined) {
      this.#refreshAgain = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#refreshOnce().finally(() => {
      this.#refreshing = undefined;
      if (this.#refreshAgain) {
        this.#refreshAgain = false;
        void this.refresh();
      }
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    const version = this.#version;
    try {
      const page = await this.#env.api.messages.list(this.threadId, { limit: PAGE });
      // Something was sent or accepted meanwhile: this answer is from before it.
      if (version !== this.#version) {
        this.#refreshAgain = true;
        return;
      }
      this.#showNewest(page.items.reverse(), page.nextCursor ?? null);
    } catch (error) {
      // A thread whose first message is on its way is not there yet.
      if (this.state.get().pending.some(({ newThread }) => newThread === true)) return;
      const missing = error instanceof ProblemError && error.problem.status === 404;
      if (missing) this.#patch({ phase: "missing", error });
      else if (this.state.get().phase !== "ready") this.#patch({ phase: "failed", error });
    }
  }

  #showNewest(page: Message[], cursor: string | null): void {
    const { messages: loaded, olderCursor, pending } = this.state.get();
    const { messages, replaced } = mergeNewest(loaded, page);
    const stored = new Set(messages.map((message) => message.clientMessageId));
    this.#patch({
      phase: "ready",
      error: undefined,
      messages,
      olderCursor: replaced ? cursor : olderCursor,
      pending: pending.filter((item) => !stored.has(item.clientMessageId)),
    });
    this.#followRuns();
  }

  /** Loads the page above what is loaded; calls that come while one is under way wait for it. */
  loadOlder(limit = PAGE): Promise<void> {
    this.#loadingOlder ??= this.#loadOlderOnce(limit).finally(() => {
      this.#loadingOlder = undefined;
    });
    return this.#loadingOlder;
  }

  /**
   * Makes a message one of those loaded: loads older ones until it is there; when it is on none of these pages, it is
   * on another branch, which is shown then. Whether it is there.
   */
  async reach(messageId: string): Promise<boolean> {
    if (this.state.get().phase !== "ready") await this.refresh();
    if (await this.#loadDownTo(messageId)) return true;
    try {
      await this.showSibling(messageId);
    } catch {
      return false;
    }
    return this.#loadDownTo(messageId);
  }

  async #loadDownTo(messageId: string): Promise<boolean> {
    for (;;) {
      const { messages, olderCursor } = this.state.get();
      if (messages.some(({ id }) => id === messageId)) return true;
      if (olderCursor === null) return false;
      await this.loadOlder(LARGE_PAGE);
      if (this.state.get().olderCursor === olderCursor) return false;
    }
  }

  async #loadOlderOnce(limit: number): Promise<void> {
    const { olderCursor } = this.state.get();
    if (olderCursor === null) return;
    this.#patch({ loadingOlder: true });
    try {
      const page = await this.#env.api.messages.list(this.threadId, {
        before: olderCursor,
        limit,
      });
      const current = this.state.get();
      // Another branch was loaded meanwhile; its own cursor holds now.
      if (current.olderCursor !== olderCursor) return;
      const known = new Set(current.messages.map((message) => message.id));
      const older = page.items.reverse().filter((message) => !known.has(message.id));
      this.#patch({
        messages: [...older, ...current.messages],
        olderCursor: page.nextCursor ?? null,
      });
    } catch {
      // Scrolling up again asks again.
    } finally {
      this.#patch({ loadingOlder: false });
    }
  }

  /** `newThread` makes the thread first, as soon as the server can be reached. */
  send(content: string, model: string | undefined, newThread = false): void {
    this.#submit({
      content,
      ...(model === undefined ? {} : { model }),
      ...(newThread ? { newThread } : {}),
    });
  }

  /** A new version of a message of the person, as a branch beside the old one. */
  edit(message: Message, content: string, model: string | undefined): void {
    this.#cutFrom(message.id);
    this.#submit({
      content,
      parentId: message.parentId ?? null,
      ...(model === undefined ? {} : { model }),
    });
  }

  /** Another answer, as a branch beside the old one. */
  regenerate(answer: Message, model: string | undefined): void {
    if (answer.parentId == null) return;
    this.#cutFrom(answer.id);
    this.#submit({
      parentId: answer.parentId,
      regenerate: true,
      ...(model === undefined ? {} : { model }),
    });
  }

  /** Sends again what was refused, or what an earlier page load left behind. */
  resume(item: OutboxItem): void {
    const { pending } = this.state.get();
    const others = pending.filter((other) => other.clientMessageId !== item.clientMessageId);
    const { threadId, clientMessageId, content, model, parentId, regenerate, createdAt } = item;
    const next: PendingMessage = { threadId, clientMessageId, createdAt, state: "sending" };
    if (content !== undefined) next.content = content;
    if (model !== undefined) next.model = model;
    if (parentId !== undefined) next.parentId = parentId;
    if (regenerate !== undefined) next.regenerate = regenerate;
    if (item.newThread !== undefined) next.newThread = item.newThread;
    this.#patch({
      pending: [...others, next],
      ...(next.newThread === true ? { phase: "ready" } : {}),
    });
    void this.#deliver(next);
  }

  discard(clientMessageId: string): void {
    this.#env.outbox.remove(clientMessageId);
    this.#patch({
      pending: this.state.get().pending.filter((item) => item.clientMessageId !== clientMessageId),
    });
    void this.refresh();
  }

  async showSibling(messageId: string): Promise<void> {
    await this.#env.api.threads.change(this.threadId, { activeMessageId: messageId });
    this.#version += 1;
    await this.refresh();
  }

  async stop(): Promise<void> {
    const running = this.state.get().messages.findLast((message) => message.status === "streaming");
    if (running?.runId != null) await this.#env.api.runs.stop(running.runId);
  }

  close(): void {
    for (const run of this.#live.values()) run.close();
    this.#live.clear();
  }

  #submit(part: Omit<OutboxItem, "threadId" | "clientMessageId" | "createdAt">): void {
    const item = {
      threadId: this.threadId,
      clientMessageId: uuidV7(),
      ...part,
      createdAt: new Date().toISOString(),
    };
    this.#env.outbox.put(item);
    this.resume(item);
  }

  #cutFrom(messageId: string): void {
    const { messages } = this.state.get();
    const index = messages.findIndex((message) => message.id === messageId);
    this.#version += 1;
    if (index >= 0) this.#patch({ messages: messages.slice(0, index) });
  }

  async #deliver(item: PendingMessage): Promise<void> {
    const { state: _state, createdAt: _createdAt, problem: _problem, ...rest } = item;
    const { newThread, ...outgoing } = rest;
    try {
      if (newThread === true) {
        await createThread(this.#env.realtime, this.#env.api, this.threadId);
      }
      const accepted = await deliver(this.#env.realtime, this.#env.api, outgoing);
      this.#env.outbox.remove(item.clientMessageId);
      this.#accept(item, accepted);
    } catch (error) {
      this.#env.outbox.remove(item.clientMessageId);
      const problem =
        error instanceof ProblemError
          ? error
          : new ProblemError({
              title: "Not sent",
              detail: "This message could not be sent.",
              code: "internal",
              retryable: true,
            });
      this.#patch({
        pending: this.state
          .get()
          .pending.map((other) =>
            other.clientMessageId === item.clientMessageId
              ? { ...item, state: "refused", problem }
              : other,
          ),
      });
    }
  }

  #accept(item: PendingMessage, accepted: Accepted): void {
    const { messages, pending } = this.state.get();
    this.#version += 1;
    const rest = pending.filter((other) => other.clientMessageId !== item.clientMessageId);
    const next = [...messages];
    const known = new Set(messages.map((message) => message.id));
    if (item.regenerate !== true && !known.has(accepted.messageId)) {
      next.push({
        id: accepted.messageId,
        threadId: this.threadId,
        role: "user",
        content: item.content ?? "",
        createdAt: item.createdAt,
        status: "complete",
        parentId: item.parentId === undefined ? messages.at(-1)?.id : item.parentId,
        clientMessageId: item.clientMessageId,
        steps: [],
      });
    }
    if (!known.has(accepted.answerId)) {
      next.push({
        id: accepted.answerId,
        threadId: this.threadId,
        role: "assistant",
        content: "",
        createdAt: new Date().toISOString(),
        status: "streaming",
        parentId: accepted.messageId,
        model: item.model,
        runId: accepted.runId,
        steps: [],
      });
    }
    this.#patch({ phase: "ready", messages: next, pending: rest });
    this.#followRuns();
    this.#env.onActivity();
    void this.refresh();
  }

  #followRuns(): void {
    for (const { status, runId } of this.state.get().messages) {
      if (status !== "streaming" || runId == null || this.#live.has(runId)) continue;
      const run = new LiveRun(this.#env.realtime, runId, (answer) => {
        this.#finish(runId, answer);
      });
      this.#live.set(runId, run);
    }
  }

  #finish(runId: string, answer: LiveAnswer): void {
    const status = answer.phase === "completed" ? "complete" : answer.phase;
    this.#version += 1;
    this.#patch({
      messages: this.state.get().messages.map((message) =>
        message.runId === runId && message.status === "streaming"
          ? {
              ...message,
              status: status === "failed" || status === "stopped" ? status : "complete",
              content: answer.text,
              steps: answer.steps,
              durationMs: answer.durationMs,
              problem: answer.problem,
            }
          : message,
      ),
    });
    this.#live.delete(runId);
    this.#env.onActivity();
    void this.refresh();
  }

  #patch(change: Partial<ConversationState>): void {
    this.state.set((previous) => ({ ...previous, ...change }));
  }
}
