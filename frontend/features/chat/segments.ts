import type { Step } from "@/api-client";

export interface Segment {
  steps: Step[];
  text: string;
}

/** An answer in the order it happened: the steps, then the text up to the next steps. */
export function segmentsOf(text: string, steps: Step[]): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  let waiting: Step[] = [];
  for (const step of steps) {
    const at = Math.min(Math.max(step.at, from), text.length);
    if (at > from && text.slice(from, at).trim() !== "") {
      segments.push({ steps: waiting, text: text.slice(from, at) });
      waiting = [];
      from = at;
    }
    waiting.push(step);
  }
  segments.push({ steps: waiting, text: text.slice(from) });
  return segments;
}
