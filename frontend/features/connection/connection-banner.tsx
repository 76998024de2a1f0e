"use client";

import { CloudOff, Hourglass, LoaderCircle, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import type { ConnectionState } from "@/api-client";
import { useServices } from "@/features/session";
import { useStore } from "@/shared/lib/store";

/** Blips shorter than this are recovered without a word. */
const GRACE_MS = 1500;

/** What each part's absence means to a person; parts that only an operator needs to know of are not named. */
const MEANINGS = new Map([
  [
    "postgresql",
    "Chats cannot be stored at the moment. What you send is kept and goes out by itself.",
  ],
  ["redis", "Answers may be delayed or arrive all at once. Nothing is lost."],
  ["auth", "Signing in is not possible at the moment. You stay signed in, and chat goes on."],
]);

/** The worst first, one sentence; undefined when there is nothing to tell. */
export function meaningOf(degraded: readonly string[]): string | undefined {
  return [...MEANINGS].find(([part]) => degraded.includes(part))?.[1];
}

/** `true` once `condition` has held for the time of grace; `false` as soon as it does not. */
function useLasting(condition: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) {
      // eslint-disable-next-line react-hooks/set-state-in-effect
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => {
      setLasting(true);
    }, GRACE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [condition]);
  return condition && lasting;
}

function useSecondsTo(time: number | undefined): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (time === undefined) return;
    const tick = () => {
      setLeft(Math.max(0, Math.ceil((time - Date.now()) / 1000)));
    };
    tick();
    const timer = setInterval(tick, 500);
    return () => {
      clearInterval(timer);
    };
  }, [time]);
  return left;
}

function Banner({
  icon,
  children,
  action,
}: {
  icon: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto mb-2 flex w-fit max-w-full animate-rise items-center gap-2.5 rounded-2xl border border-warn/30 bg-warn-soft py-1 pr-1.5 pl-3 text-[0.8125rem] leading-snug text-warn [&>svg]:size-4 [&>svg]:shrink-0">
      {icon}
      <span className="py-0.5 pr-1.5">{children}</span>
      {action}
    </div>
  );
}

function CutOff({ state }: { state: ConnectionState }) {
  const { realtime } = useServices();
  const left = useSecondsTo(state.phase === "waiting" ? state.retryAt : undefined);
  const offline = state.phase === "offline";
  return (
    <Banner
      icon={
        offline ? <CloudOff aria-hidden /> : <LoaderCircle aria-hidden className="animate-spin" />
      }
      action={
        <button
          type="button"
          className="shrink-0 rounded-full px-2 py-0.5 font-semibold tabular-nums hover:bg-warn/10"
          onClick={() => {
            realtime.retryNow();
          }}
        >
          {state.phase === "waiting" && left > 1 ? `Now (${left} s)` : "Now"}
        </button>
      }
    >
      {offline
        ? "You are offline. What you send is kept."
        : "Connection lost. Reconnecting by itself; what you send is kept."}
    </Banner>
  );
}

/** Says honestly when the page is cut off, or a part of the service is away; both go by themselves. */
export function ConnectionBanner() {
  const { realtime } = useServices();
  const state = useStore(realtime.state);
  const degraded = useStore(realtime.degraded);
  const cutOff = useLasting(
    state.phase === "waiting" || state.phase === "offline" || state.phase === "connecting",
  );
  const meaning = state.phase === "online" ? meaningOf(degraded) : undefined;
  return (
    <div role="status" aria-live="polite" className="shrink-0">
      {cutOff && <CutOff state={state} />}
      {meaning !== undefined && (
        <Banner
          icon={
            degraded.includes("postgresql") ? (
              <TriangleAlert aria-hidden />
            ) : (
              <Hourglass aria-hidden />
            )
          }
        >
          {meaning}
        </Banner>
      )}
    </div>
  );
}
