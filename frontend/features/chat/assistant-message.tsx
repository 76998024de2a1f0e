"use client";

import { Check, CircleAlert, CircleStop, Copy, RefreshCw } from "lucide-react";
import { memo, useMemo } from "react";
import type { Message, Problem, Step } from "@/api-client";
import { createStore, useStore } from "@/shared/lib/store";
import { duration } from "@/shared/lib/time";
import { useCopy } from "@/shared/lib/use-copy";
import { Markdown } from "@/shared/markdown";
import { Button } from "@/shared/ui/button";
import { IconButton } from "@/shared/ui/icon-button";
import { Logo } from "@/shared/ui/logo";
import { BranchSwitcher } from "./branch-switcher";
import type { LiveAnswer, LiveRun } from "./live-run";
import { segmentsOf } from "./segments";
import { Steps } from "./steps";

interface Props {
  message: Message;
  live: LiveRun | undefined;
  onRegenerate: (message: Message) => void;
  onSibling: (messageId: string) => void;
}

const NOT_LIVE = createStore<LiveAnswer | null>(null);

function Failure({
  problem,
  onRetry,
}: {
  problem: Problem | null | undefined;
  onRetry: () => void;
}) {
  return (
    <div
      role="alert"
      className="mt-3 flex gap-3 rounded-xl border border-danger/30 bg-danger-soft p-3.5"
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-medium text-danger">{problem?.title ?? "The answer failed"}</p>
        {problem?.detail !== undefined && problem.detail !== "" && (
          <p className="mt-0.5 text-ink-2">{problem.detail}</p>
        )}
        <div className="mt-2.5 flex items-center gap-3">
          <Button size="sm" onClick={onRetry}>
            <RefreshCw aria-hidden className="size-3.5" /> Try again
          </Button>
          {problem?.correlationId !== undefined && (
            <span className="truncate font-mono text-[0.6875rem] text-ink-3">
              {problem.correlationId}
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

function Body({ text, steps, running }: { text: string; steps: Step[]; running: boolean }) {
  const segments = useMemo(() => segmentsOf(text, steps), [text, steps]);
  return (
    <>
      {segments.map((segment, index) => {
        const last = index === segments.length - 1;
        return (
          <div key={index} className={index > 0 ? "mt-4" : undefined}>
            <Steps steps={segment.steps} running={running && last && segment.text === ""} />
            {segment.text !== "" && <Markdown text={segment.text} streaming={running && last} />}
          </div>
        );
      })}
    </>
  );
}

/** "3.2 s · 214 tokens", of what is known. */
function facts(message: Message): string {
  const parts: string[] = [];
  if (message.model != null) parts.push(message.model.split("/").at(-1) ?? message.model);
  if (message.durationMs != null) parts.push(duration(message.durationMs));
  const tokens = message.usage?.outputTokens ?? 0;
  if (tokens > 0) parts.push(`${tokens.toLocaleString("en")} tokens`);
  return parts.join(" · ");
}

export const AssistantMessage = memo(function AssistantMessage({
  message,
  live,
  onRegenerate,
  onSibling,
}: Props) {
  const growing = useStore<LiveAnswer | null>(live?.store ?? NOT_LIVE);
  const running = message.status === "streaming";
  const text = running && growing ? growing.text : message.content;
  const steps = running && growing ? growing.steps : message.steps;
  const { copied, copy } = useCopy();

  return (
    <article
      aria-label="Answer"
      aria-busy={running}
      tabIndex={-1}
      className="group flex gap-3.5 outline-none"
    >
      <span
        aria-hidden
        className="mt-0.5 hidden size-7 shrink-0 place-items-center rounded-full border bg-raised text-accent sm:grid"
      >
        <Logo className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <Body text={text} steps={steps} running={running} />
        {running && text === "" && steps.length === 0 && (
          <p className="flex h-7 items-center gap-1.5" role="status">
            <span className="sr-only">Waiting for the answer</span>
            {[0, 160, 320].map((delay) => (
              <span
                key={delay}
                className="size-1.5 animate-breathe rounded-full bg-ink-3"
                style={{ animationDelay: `${delay}ms` }}
              />
            ))}
          </p>
        )}
        {message.status === "failed" && (
          <Failure
            problem={message.problem}
            onRetry={() => {
              onRegenerate(message);
            }}
          />
        )}
        {message.status === "stopped" && (
          <p className="mt-2 inline-flex items-center gap-1.5 text-[0.8125rem] text-ink-3">
            <CircleStop aria-hidden className="size-3.5" /> You stopped this answer.
          </p>
        )}
        {!running && (
          <div className="mt-2 -ml-1.5 flex h-7 items-center gap-0.5">
            <BranchSwitcher siblings={message.siblings} of="answer" onSibling={onSibling} />
            <IconButton
              size="sm"
              label={copied ? "Copied" : "Copy answer"}
              disabled={text === ""}
              onClick={() => {
                copy(text);
              }}
            >
              {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
            </IconButton>
            {message.parentId != null && (
              <IconButton
                size="sm"
                label="Answer again"
                onClick={() => {
                  onRegenerate(message);
                }}
              >
                <RefreshCw aria-hidden />
              </IconButton>
            )}
            <span className="ml-1.5 truncate text-xs text-ink-3 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              {facts(message)}
            </span>
          </div>
        )}
      </div>
    </article>
  );
});
