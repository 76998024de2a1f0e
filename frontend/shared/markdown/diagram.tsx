"use client";

import { useEffect, useId, useState } from "react";

/** The theme on the page, followed through its attribute. */
function useDark(): boolean {
  const [dark, setDark] = useState(() => document.documentElement.dataset["theme"] === "dark");
  useEffect(() => {
    const observer = new MutationObserver(() => {
      setDark(document.documentElement.dataset["theme"] === "dark");
    });
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      observer.disconnect();
    };
  }, []);
  return dark;
}

type Drawing = { state: "drawing" } | { state: "drawn"; svg: string } | { state: "failed" };

/** A mermaid diagram; its source is shown when it cannot be drawn. */
export function Diagram({ source }: { source: string }) {
  const id = `diagram${useId().replace(/[^\w]/g, "")}`;
  const dark = useDark();
  const [drawing, setDrawing] = useState<Drawing>({ state: "drawing" });

  useEffect(() => {
    let current = true;
    async function draw() {
      const { default: mermaid } = await import("mermaid");
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: "strict",
        theme: dark ? "dark" : "neutral",
        fontFamily: "var(--font-sans)",
        suppressErrorRendering: true,
        htmlLabels: false,
        flowchart: { htmlLabels: false },
      });
      const { svg } = await mermaid.render(id, source);
      if (current) setDrawing({ state: "drawn", svg });
    }
    draw().catch(() => {
      if (current) setDrawing({ state: "failed" });
    });
    return () => {
      current = false;
    };
  }, [id, source, dark]);

  if (drawing.state === "drawn") {
    return (
      <div
        role="img"
        aria-label="Diagram"
        className="flex justify-center overflow-x-auto bg-canvas p-4 [&_svg]:h-auto [&_svg]:max-w-full"
        // Drawn by mermaid in its strict mode, which cleans its output of scripts and handlers.
        dangerouslySetInnerHTML={{ __html: drawing.svg }}
      />
    );
  }
  return (
    <>
      {drawing.state === "failed" && (
        <p className="px-4 pt-3 text-[0.8125rem] text-warn">
          This diagram cannot be drawn; here is its source.
        </p>
      )}
      <pre className="code-body overflow-x-auto px-4 py-3.5">
        <code>{source}</code>
      </pre>
    </>
  );
}
