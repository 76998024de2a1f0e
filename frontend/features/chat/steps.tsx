"use client";

import { Brain, ChevronRight, LoaderCircle, Wrench } from "lucide-react";
import { memo, useState } from "react";
import type { Step } from "@/api-client";
import { cn } from "@/shared/lib/cn";
import { duration } from "@/shared/lib/time";

type ToolStep = Extract<Step, { type: "tool" }>;

/** `docs.search` → "Docs search". */
export function toolName(tool: string): string {
  const words = tool.replace(/[._-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The one argument worth a line: the first short text among them. */
export function toolHint(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const text = Object.values(value).find((part) => typeof part === "string" && part !== "");
  return typeof text === "string" ? text.slice(0, 120) : "";
}

function pretty(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function Payload({ label, value }: { label: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-ink-3">{label}</p>
      <pre
        tabIndex={0}
        className="code-body max-h-72 overflow-auto rounded-lg bg-sunken px-3 py-2.5 text-xs whitespace-pre-wrap"
      >
        {pretty(value)}
      </pre>
    </div>
  );
}

function Tool({ step, running }: { step: ToolStep; running: boolean }) {
  const [open, setOpen] = useState(false);
  const busy = running && step.durationMs == null;
  const hint = toolHint(step.arguments);
  return (
    <div className="rounded-xl border bg-panel text-sm">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
        className="flex w-full items-center gap-2.5 px-3 py-2 text-left"
      >
        {busy ? (
          <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />
        ) : (
          <Wrench aria-hidden className="size-4 shrink-0 text-ink-3" />
        )}
        <span className="shrink-0 font-medium">{toolName(step.tool)}</span>
        <span className="min-w-0 flex-1 truncate text-ink-3">{hint}</span>
        <span className="shrink-0 text-xs text-ink-3 tabular-nums">
          {busy ? "running" : step.durationMs == null ? "" : duration(step.durationMs)}
        </span>
        <ChevronRight
          aria-hidden
          className={cn("size-4 shrink-0 text-ink-3 transition-transform", open && "rotate-90")}
        />
      </button>
      {open && (
        <div className="flex flex-col gap-3 border-t px-3 py-3">
          <Payload label="Asked with" value={step.arguments} />
          <Payload label="Answered" value={step.result} />
        </div>
      )}
    </div>
  );
}

function Thoughts({ thoughts, running }: { thoughts: string[]; running: boolean }) {
  const [open, setOpen] = useState(false);
  const last = thoughts.at(-1) ?? "";
  return (
    <div className="text-sm text-ink-3">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
        className="flex max-w-full items-center gap-2 rounded-md py-0.5 text-left hover:text-ink-2"
      >
        <Brain
          aria-hidden
          className={cn("size-4 shrink-0", running && "animate-breathe text-accent")}
        />
        <span className="truncate">
          {running
            ? last.split("\n")[0]
            : `Thought in ${thoughts.length} ${thoughts.length === 1 ? "step" : "steps"}`}
        </span>
        <ChevronRight
          aria-hidden
          className={cn("size-4 shrink-0 transition-transform", open && "rotate-90")}
        />
      </button>
      {open && (
        <ol className="mt-2 ml-2 flex flex-col gap-2 border-l pl-4">
          {thoughts.map((thought, index) => (
            <li key={index} className="whitespace-pre-wrap">
              {thought}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

type Group = { kind: "thoughts"; thoughts: string[] } | { kind: "tool"; step: ToolStep };

function grouped(steps: Step[]): Group[] {
  const groups: Group[] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.type === "tool") groups.push({ kind: "tool", step });
    else if (last?.kind === "thoughts") last.thoughts.push(step.thought);
    else groups.push({ kind: "thoughts", thoughts: [step.thought] });
  }
  return groups;
}

/** What happened on the way to an answer: thoughts folded together, each tool call on its own. */
export const Steps = memo(function Steps({ steps, running }: { steps: Step[]; running: boolean }) {
  if (steps.length === 0) return null;
  const groups = grouped(steps);
  return (
    <div className="mb-3 flex flex-col gap-2" role="group" aria-label="Steps">
      {groups.map((group, index) =>
        group.kind === "tool" ? (
          <Tool key={index} step={group.step} running={running} />
        ) : (
          <Thoughts
            key={index}
            thoughts={group.thoughts}
            running={running && index === groups.length - 1}
          />
        ),
      )}
    </div>
  );
});
