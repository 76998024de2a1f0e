import { uuidV7 } from "@/shared/lib/ids";
import type { Message, RunEvent, Thread, User } from "@/api-client";

/** An event before it has its place in a run. */
export type Cue = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, "runId" | "threadId" | "sequence" | "time">
    : never
  : never;

/** What the model answers to a message: cues, and the pause before each. */
export type Script = (content: string) => Iterable<{ cue: Cue; afterMs: number }>;

export interface Run {
  id: string;
  threadId: string;
  answerId: string;
  events: RunEvent[];
  over: boolean;
  stop: () => void;
}

export interface Account extends User {
  password: string;
}

export interface StoredThread extends Thread {
  owner: string;
  deletedAt?: string | undefined;
}

/** One word per cue, at the pace of a quick model. */
export function* wordByWord(text: string, everyMs = 12): ReturnType<Script> {
  yield { cue: { type: "agent_started", agent: "test", model: "test/echo" }, afterMs: 0 };
  for (const piece of text.match(/\S+\s*|\s+/g) ?? []) {
    yield { cue: { type: "text_delta", text: piece }, afterMs: everyMs };
  }
}

/** The state behind the test server, by the rules of the wire format and nothing more. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly threads = new Map<string, StoredThread>();
  readonly messages = new Map<string, Message>();
  readonly runs = new Map<string, Run>();
  readonly watchers = new Set<(event: RunEvent) => void>();
  readonly changes = new Set<(threadId: string) => void>();
  script: Script = (content) => wordByWord(`You said: ${content}`);

  addAccount(email: string, password: string, displayName: string): Account {
    const account: Account = { id: uuidV7(), email, password, displayName, roles: [] };
    this.accounts.set(account.id, account);
    return account;
  }

  addThread(owner: string, title = "", at = new Date().toISOString(), id = uuidV7()): StoredThread {
    const thread: StoredThread = {
      id,
      owner,
      title,
      pinned: false,
      createdAt: at,
      updatedAt: at,
    };
    this.threads.set(thread.id, thread);
    return thread;
  }

  addMessage(thread: StoredThread, message: Partial<Message> & Pick<Message, "role">): Message {
    const stored: Message = {
      id: uuidV7(),
      threadId: thread.id,
      content: "",
      createdAt: new Date().toISOString(),
      status: "complete",
      parentId: thread.activeMessageId,
      steps: [],
      ...message,
    };
    this.messages.set(stored.id, stored);
    thread.activeMessageId = stored.id;
    thread.updatedAt = stored.createdAt;
    return stored;
  }

  siblings(message: Message): Message[] {
    return [...this.messages.values()].filter(
      (other) =>
        other.threadId === message.threadId &&
        other.role === message.role &&
        (other.parentId ?? null) === (message.parentId ?? null),
    );
  }

  /** The active branch, oldest first, with the siblings of each message told. */
  branch(thread: StoredThread): Message[] {
    const path: Message[] = [];
    let at = thread.activeMessageId ?? undefined;
    while (at !== undefined) {
      const message = this.messages.get(at);
      if (message === undefined) break;
      const all = this.siblings(message);
      path.push(
        all.length < 2
          ? message
          : {
              ...message,
              siblings: {
                index: all.indexOf(message) + 1,
                count: all.length,
                ids: all.map(({ id }) => id),
              },
            },
      );
      at = message.parentId ?? undefined;
    }
    return path.reverse();
  }

  /** Down from a message to the newest end of its branch. */
  newestEnd(messageId: string): string {
    const children = [...this.messages.values()].filter(({ parentId }) => parentId === messageId);
    const newest = children.at(-1);
    return newest === undefined ? messageId : this.newestEnd(newest.id);
  }

  accept(
    thread: StoredThread,
    body: {
      clientMessageId: string;
      content?: string;
      model?: string;
      parentId?: string | null;
      regenerate?: boolean;
    },
  ): { message: Message; runId: string; answerId: string } {
    const before = [...this.messages.values()].find(
      (message) =>
        message.threadId === thread.id && message.clientMessageId === body.clientMessageId,
    );
    if (before !== undefined) {
      const run = [...this.runs.values()].find(
        (other) => this.messages.get(other.answerId)?.parentId === before.id,
      );
      return { message: before, runId: run?.id ?? "", answerId: run?.answerId ?? "" };
    }
    const regenerated =
      body.regenerate === true ? this.messages.get(body.parentId ?? "") : undefined;
    const message =
      regenerated ??
      this.addMessage(thread, {
        role: "user",
        content: body.content ?? "",
        clientMessageId: body.clientMessageId,
        ...(body.parentId === undefined ? {} : { parentId: body.parentId }),
      });
    if (thread.title === "") thread.title = message.content.slice(0, 60);
    const runId = uuidV7();
    const answer = this.addMessage(thread, {
      role: "assistant",
      status: "streaming",
      parentId: message.id,
      model: body.model ?? "apex/guide",
      runId,
    });
    thread.runningRunId = runId;
    this.#start(runId, thread, answer, message.content);
    return { message, runId, answerId: answer.id };
  }

  changed(threadId: string): void {
    for (const watcher of this.changes) watcher(threadId);
  }

  #start(runId: string, thread: StoredThread, answer: Message, content: string): void {
    const cues = this.script(content)[Symbol.iterator]();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const startedAt = Date.now();
    const run: Run = {
      id: runId,
      threadId: thread.id,
      answerId: answer.id,
      events: [],
      over: false,
      stop: () => {
        clearTimeout(timer);
        if (!run.over) end("stopped", { type: "run_stopped", messageId: answer.id });
      },
    };
    const emit = (cue: Cue) => {
      const event = {
        ...cue,
        runId,
        threadId: thread.id,
        sequence: run.events.length + 1,
        time: new Date().toISOString(),
      } as RunEvent;
      run.events.push(event);
      for (const watcher of this.watchers) watcher(event);
    };
    const end = (status: Message["status"], cue: Cue) => {
      run.over = true;
      this.#store(answer, run, status, Date.now() - startedAt);
      delete thread.runningRunId;
      thread.updatedAt = new Date().toISOString();
      emit(cue);
      this.changed(thread.id);
    };
    const step = () => {
      const next = cues.next();
      if (next.done === true) {
        end("complete", {
          type: "agent_completed",
          messageId: answer.id,
          durationMs: Date.now() - startedAt,
          usage: { inputTokens: 20, outputTokens: run.events.length },
        });
        return;
      }
      timer = setTimeout(() => {
        if (next.value.cue.type === "run_failed") {
          answer.problem = next.value.cue.problem;
          end("failed", next.value.cue);
          return;
        }
        emit(next.value.cue);
        step();
      }, next.value.afterMs);
    };
    this.runs.set(runId, run);
    step();
  }

  #store(answer: Message, run: Run, status: Message["status"], durationMs: number): void {
    let at = 0;
    answer.status = status;
    answer.durationMs = durationMs;
    answer.usage = { inputTokens: 20, outputTokens: run.events.length };
    for (const event of run.events) {
      if (event.type === "text_delta") {
        answer.content += event.text;
        at = answer.content.length;
      } else if (event.type === "agent_thinking") {
        answer.steps.push({ type: "agent_thinking", thought: event.thought, step: event.step, at });
      } else if (event.type === "tool_executing") {
        answer.steps.push({ type: "tool", tool: event.tool, arguments: event.arguments, at });
      } else if (event.type === "tool_completed") {
        const open = answer.steps.find(
          (other) => other.type === "tool" && other.tool === event.tool && other.durationMs == null,
        );
        if (open?.type === "tool") {
          open.result = event.result;
          open.durationMs = event.durationMs;
        }
      }
    }
  }
}
