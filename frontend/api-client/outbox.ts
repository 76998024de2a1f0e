import { ProblemError, unreachable, type Problem } from "./problem";
import type { Accepted } from "./schemas";

/** A message as the page hands it over. */
export interface Outgoing {
  threadId: string;
  clientMessageId: string;
  content?: string;
  model?: string;
  parentId?: string | null;
  regenerate?: boolean;
}

interface Pending {
  frame: Outgoing;
  resolve: (accepted: Accepted) => void;
  reject: (error: unknown) => void;
}

/** The messages that were sent and not yet accepted or refused, by their client ids. */
export class Outbox {
  readonly #pending = new Map<string, Pending>();

  /** Keeps a message until it is settled; `signal` takes it back. */
  add(frame: Outgoing, signal?: AbortSignal): Promise<Accepted> {
    return new Promise<Accepted>((resolve, reject) => {
      const id = frame.clientMessageId;
      this.#pending.set(id, { frame, resolve, reject });
      signal?.addEventListener("abort", () => {
        if (this.#pending.delete(id)) reject(unreachable());
      });
    });
  }

  /** The frames to send, again after each new connection, in the order they were added. */
  frames(): object[] {
    return [...this.#pending.values()].map(({ frame }) => frameOf(frame));
  }

  accepted(accepted: Accepted): void {
    this.#take(accepted.clientMessageId)?.resolve(accepted);
  }

  refused(clientMessageId: string, problem: Problem): void {
    this.#take(clientMessageId)?.reject(new ProblemError(problem));
  }

  #take(clientMessageId: string): Pending | undefined {
    const pending = this.#pending.get(clientMessageId);
    this.#pending.delete(clientMessageId);
    return pending;
  }
}

/** The frame that sends a message. */
export function frameOf(message: Outgoing): object {
  return { type: "send_message", ...message };
}
