"use client";

import { useEffect, useLayoutEffect, useRef, useState } from "react";

const DELAY_MS = 450;
const GAP = 6;

interface Tip {
  text: string;
  keys: string | undefined;
  side: string;
  beside: DOMRect;
}

function tipOf(target: EventTarget | null): { element: Element; tip: Tip } | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
  const text = element?.dataset["tip"];
  if (element == null || text === undefined) return undefined;
  const { tipKeys, tipSide } = element.dataset;
  const beside = element.getBoundingClientRect();
  return { element, tip: { text, keys: tipKeys, side: tipSide ?? "bottom", beside } };
}

/** Where it fits: on the side asked for, else on the other one, and never beyond the page's edge. */
function place(
  { beside, side }: Tip,
  width: number,
  height: number,
): { left: number; top: number } {
  const within = (at: number, most: number) => Math.max(GAP, Math.min(at, most - GAP));
  const above = beside.top - height - GAP;
  const below = beside.bottom + GAP;
  const fitsBelow = below + height < innerHeight;
  return {
    left: within(beside.left + beside.width / 2 - width / 2, innerWidth - width),
    top: (side === "top" && above > 0) || !fitsBelow ? above : below,
  };
}

/** The one tooltip of the page: shows the `data-tip` of what is pointed at, or reached with the keyboard. */
export function Tips() {
  const [tip, setTip] = useState<Tip | null>(null);
  const panel = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let over: Element | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      over = undefined;
      setTip(null);
    };
    const show = (target: EventTarget | null, afterMs: number) => {
      const found = tipOf(target);
      if (found?.element === over) return;
      hide();
      if (found === undefined) return;
      over = found.element;
      timer = setTimeout(() => {
        if (found.element.isConnected) setTip(tipOf(found.element)?.tip ?? null);
      }, afterMs);
    };
    const onPoint = (event: PointerEvent) => {
      if (event.pointerType !== "touch") show(event.target, DELAY_MS);
    };
    const onFocus = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(":focus-visible")) {
        show(event.target, 0);
      }
    };
    const abort = new AbortController();
    const { signal } = abort;
    addEventListener("pointerover", onPoint, { signal });
    addEventListener("focusin", onFocus, { signal });
    for (const name of ["pointerdown", "focusout", "keydown", "wheel", "blur"] as const) {
      addEventListener(name, hide, { signal, passive: true });
    }
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);

  useLayoutEffect(() => {
    const element = panel.current;
    if (tip === null || element === null) return;
    const { left, top } = place(tip, element.offsetWidth, element.offsetHeight);
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }, [tip]);

  if (tip === null) return null;
  return (
    // What it says is the name of what it stands beside: nothing new to a screen reader.
    <div
      ref={panel}
      aria-hidden
      className="pointer-events-none fixed top-0 left-0 z-60 flex w-max animate-fade items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs font-medium text-canvas"
    >
      {tip.text}
      {tip.keys !== undefined && (
        <kbd className="font-mono text-[0.6875rem] opacity-70">{tip.keys}</kbd>
      )}
    </div>
  );
}
