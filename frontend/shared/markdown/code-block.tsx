"use client";

import { Check, Copy, WrapText } from "lucide-react";
import dynamic from "next/dynamic";
import { memo, useEffect, useState, type ReactNode } from "react";
import { cn } from "../lib/cn";
import { useCopy } from "../lib/use-copy";

type Highlight = (code: string, language: string) => ReactNode;

let highlight: Highlight | undefined;
let loading: Promise<Highlight> | undefined;

function loadHighlighter(): Promise<Highlight> {
  loading ??= import("./highlight").then((module) => (highlight = module.highlight));
  return loading;
}

const Diagram = dynamic(() => import("./diagram").then((module) => module.Diagram), { ssr: false });

/** Longer code than this stays plain: colours are not worth a stalled page. */
const MAX_HIGHLIGHTED = 40_000;

function useHighlight(code: string, language: string): ReactNode {
  const [ready, setReady] = useState(highlight !== undefined);
  useEffect(() => {
    if (ready || language === "") return;
    let current = true;
    void loadHighlighter().then(() => {
      if (current) setReady(true);
    });
    return () => {
      current = false;
    };
  }, [ready, language]);
  if (!ready || highlight === undefined || language === "" || code.length > MAX_HIGHLIGHTED) {
    return code;
  }
  return highlight(code, language);
}

const BUTTON =
  "inline-flex items-center gap-1.5 rounded-md px-2 py-1 text-xs font-medium text-ink-3 hover:bg-sunken hover:text-ink [&_svg]:size-3.5";

export const CodeBlock = memo(function CodeBlock({
  code,
  language,
  growing,
}: {
  code: string;
  language: string;
  growing: boolean;
}) {
  const name = language.split(/[\s,{]/)[0]?.toLowerCase() ?? "";
  const [wrapped, setWrapped] = useState(false);
  const { copied, copy } = useCopy();
  const body = useHighlight(code, name);
  const isDiagram = name === "mermaid" && !growing;

  return (
    <figure
      className="overflow-hidden rounded-xl border bg-panel"
      aria-label={`Code, ${name || "text"}`}
    >
      <figcaption className="flex h-9 items-center justify-between border-b pr-1.5 pl-3.5">
        <span className="font-mono text-xs text-ink-3">{name || "text"}</span>
        <span className="flex">
          {!isDiagram && (
            <button
              type="button"
              className={BUTTON}
              aria-pressed={wrapped}
              onClick={() => {
                setWrapped(!wrapped);
              }}
            >
              <WrapText aria-hidden /> Wrap
            </button>
          )}
          <button
            type="button"
            className={BUTTON}
            onClick={() => {
              copy(code);
            }}
          >
            {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
            {copied ? "Copied" : "Copy"}
          </button>
        </span>
      </figcaption>
      {isDiagram ? (
        <Diagram source={code} />
      ) : (
        <pre
          tabIndex={0}
          className={cn(
            "code-body overflow-x-auto px-4 py-3.5",
            wrapped && "break-words whitespace-pre-wrap",
          )}
        >
          <code>{body}</code>
        </pre>
      )}
    </figure>
  );
});
