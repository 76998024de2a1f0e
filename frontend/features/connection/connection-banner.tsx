"use client";

import { CloudOff, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { useServices } from "@/features/session";
import { useStore } from "@/shared/lib/store";

/** Blips shorter than this are recovered without a word. */
const GRACE_MS = 1500;

/** Says honestly when the page is cut off, and that it recovers by itself. */
export function ConnectionBanner() {
  const { realtime } = useServices();
  const state = useStore(realtime.state);
  const away =
    state.phase === "waiting" || state.phase === "offline" || state.phase === "connecting";
  const [shown, setShown] = useState(false);
  const [left, setLeft] = useState(0);

  useEffect(() => {
    if (!away) {
      // eslint-disable-next-line react-hooks/set-state-in-effect
      setShown(false);
      return;
    }
    const timer = setTimeout(() => {
      setShown(true);
    }, GRACE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [away]);

  const retryAt = state.phase === "waiting" ? state.retryAt : undefined;
  useEffect(() => {
    if (retryAt === undefined) return;
    const tick = () => {
      setLeft(Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)));
    };
    tick();
    const timer = setInterval(tick, 500);
    return () => {
      clearInterval(timer);
    };
  }, [retryAt]);

  const visible = shown && away;
  return (
    <div role="status" aria-live="polite" className="shrink-0">
      {visible && (
        <div className="mx-auto mb-2 flex w-fit animate-rise items-center gap-2.5 rounded-full border border-warn/30 bg-warn-soft py-1 pr-1.5 pl-3 text-[0.8125rem] text-warn">
          {state.phase === "offline" ? (
            <CloudOff aria-hidden className="size-4" />
          ) : (
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
          )}
          <span>
            {state.phase === "offline"
              ? "You are offline. What you send is kept."
              : "Connection lost. Reconnecting by itself; what you send is kept."}
          </span>
          <button
            type="button"
            className="rounded-full px-2 py-0.5 font-semibold tabular-nums hover:bg-warn/10"
            onClick={() => {
              realtime.retryNow();
            }}
          >
            {state.phase === "waiting" && left > 1 ? `Now (${left} s)` : "Now"}
          </button>
        </div>
      )}
    </div>
  );
}
