"use client";

import { use, Suspense, type ReactNode } from "react";

type Render = (formula: string, display: boolean) => string;

let loading: Promise<Render> | undefined;

/** KaTeX and its style sheet come with the first formula. */
function loadKatex(): Promise<Render> {
  loading ??= Promise.all([import("katex"), import("katex/dist/katex.min.css")]).then(
    ([{ default: katex }]) =>
      (formula, display) =>
        katex.renderToString(formula, {
          displayMode: display,
          throwOnError: false,
          trust: false,
          maxExpand: 200,
          maxSize: 50,
        }),
  );
  return loading;
}

function Rendered({ formula, display }: { formula: string; display: boolean }) {
  const html = use(loadKatex())(formula, display);
  const Tag = display ? "div" : "span";
  // KaTeX escapes what it is given and, untrusted, makes no links: the markup is all its own.
  return <Tag dangerouslySetInnerHTML={{ __html: html }} />;
}

export function Formula({ formula, display = false }: { formula: string; display?: boolean }) {
  const plain: ReactNode = <code>{formula}</code>;
  return (
    <Suspense fallback={plain}>
      <Rendered formula={formula} display={display} />
    </Suspense>
  );
}
