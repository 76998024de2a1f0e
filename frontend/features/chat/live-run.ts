import type { Problem, Realtime, RunEvent, Step } from "@/api-client";
import { createStore, type Store } from "@/shared/lib/store";

export type LivePhase = "waiting" | "running" | "completed" | "failed" | "stopped";

/** An answer while it grows. */
export interface LiveAnswer {
  phase: LivePhase;
  text: string;
  steps: Step[];
  startedAt: number;
  durationMs?: number | undefined;
  problem?: Problem | undefined;
}

const EMPTY: LiveAnswer = { phase: "waiting", text: "", steps: [], startedAt: 0 };

/** What one event does to the answer. */
export function advance(answer: LiveAnswer, event: RunEvent, now: number): LiveAnswer {
  switch (event.type) {
    case "agent_started":
      // Seen a second time, another replica starts this run afresh.
      return { ...EMPTY, phase: "running", startedAt: now };
    case "agent_thinking": {
      const { thought, step } = event;
      const last = answer.steps.at(-1);
      const sameStep = last?.type === "agent_thinking" && step !== undefined && last.step === step;
      // A thought that streams arrives in pieces of the same step.
      const steps = sameStep
        ? [...answer.steps.slice(0, -1), { ...last, thought: last.thought + thought }]
        : [...answer.steps, { type: event.type, thought, step, at: answer.text.length }];
      return { ...answer, phase: "running", steps };
    }
    case "text_delta":
      return { ...answer, phase: "running", text: answer.text + event.text };
    case "tool_executing": {
      const step: Step = {
        type: "tool",
        tool: event.tool,
        arguments: event.arguments,
        at: answer.text.length,
      };
      return { ...answer, phase: "running", steps: [...answer.steps, step] };
    }
    case "tool_completed": {
      const open = answer.steps.findIndex(
        (step) => step.type === "tool" && step.tool === event.tool && step.durationMs == null,
      );
      const steps = answer.steps.map((step, index) =>
        index === open && step.type === "tool"
          ? { ...step, result: event.result, durationMs: event.durationMs ?? 0 }
          : step,
      );
      return { ...answer, steps };
    }
    case "agent_completed":
      return { ...answer, phase: "completed", durationMs: event.durationMs ?? undefined };
    case "run_failed":
      return { ...answer, phase: "failed", problem: event.problem };
    case "run_stopped":
      return { ...answer, phase: "stopped" };
  }
}

export function isOver(phase: LivePhase): boolean {
  return phase === "completed" || phase === "failed" || phase === "stopped";
}

/** Follows one run; events of one frame are shown together, at most once per painted frame. */
export class LiveRun {
  readonly store: Store<LiveAnswer> = createStore<LiveAnswer>(EMPTY);
  readonly #unsubscribe: () => void;
  #current: LiveAnswer = EMPTY;
  #scheduled = false;

  constructor(realtime: Realtime, runId: string, onEnd: (answer: LiveAnswer) => void) {
    this.#unsubscribe = realtime.subscribe(runId, {
      onEvent: (event) => {
        this.#current = advance(this.#current, event, Date.now());
        if (isOver(this.#current.phase)) {
          this.#publish();
          this.close();
          onEnd(this.#current);
        } else this.#publishSoon();
      },
      onReset: () => {
        this.#current = EMPTY;
        this.#publish();
      },
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  #publishSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const paint = globalThis.requestAnimationFrame ?? ((run: () => void) => setTimeout(run, 16));
    paint(() => {
      this.#scheduled = false;
      this.#publish();
    });
  }

  #publish(): void {
    this.store.set(this.#current);
  }
}
