import type { RunEvent } from "./schemas";

export interface RunListener {
  onEvent(event: RunEvent): void;
  /** The numbering is void: forget all of this run, it follows again from the first event. */
  onReset(): void;
}

interface Subscription {
  listeners: Set<RunListener>;
  lastSequence: number;
}

/** The runs a page follows, and how far it has come in each: no event twice, none left out. */
export class Subscriptions {
  readonly #runs = new Map<string, Subscription>();

  /** Whether the run is a new one, which has to be asked for. */
  add(runId: string, listener: RunListener, afterSequence: number): boolean {
    const known = this.#runs.get(runId);
    if (known !== undefined) {
      known.listeners.add(listener);
      return false;
    }
    this.#runs.set(runId, { listeners: new Set([listener]), lastSequence: afterSequence });
    return true;
  }

  /** Whether nobody here follows the run any more. */
  remove(runId: string, listener: RunListener): boolean {
    const known = this.#runs.get(runId);
    if (known === undefined || !known.listeners.delete(listener)) return false;
    return known.listeners.size === 0 && this.#runs.delete(runId);
  }

  /** The frames that ask for what follows the last event seen: of one run, or of all. */
  requests(runId?: string): object[] {
    return [...this.#runs]
      .filter(([id]) => runId === undefined || id === runId)
      .map(([id, { lastSequence }]) => ({
        type: "subscribe",
        runId: id,
        afterSequence: lastSequence,
      }));
  }

  /** Passes an event on; `event` is undefined for one whose type is not known. Whether one before it is missing. */
  deliver(runId: string, sequence: number, event: RunEvent | undefined): "taken" | "gap" {
    const known = this.#runs.get(runId);
    if (known === undefined || sequence <= known.lastSequence) return "taken";
    if (sequence > known.lastSequence + 1) return "gap";
    known.lastSequence = sequence;
    if (event !== undefined) for (const listener of [...known.listeners]) listener.onEvent(event);
    return "taken";
  }

  reset(runId: string): void {
    const known = this.#runs.get(runId);
    if (known === undefined) return;
    known.lastSequence = 0;
    for (const listener of [...known.listeners]) listener.onReset();
  }
}
