"use client";

import { X } from "lucide-react";
import { createStore, useStore } from "../lib/store";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "danger";
  action?: { label: string; run: () => void };
}

const toasts = createStore<Toast[]>([]);
let nextId = 1;

/** Says something for a while at the foot of the page; answers with how to take it back. */
export function showToast(
  text: string,
  options: { action?: Toast["action"]; tone?: Toast["tone"]; forMs?: number } = {},
): () => void {
  const id = nextId++;
  const dismiss = () => {
    toasts.set((all) => all.filter((toast) => toast.id !== id));
  };
  const toast: Toast = { id, text, tone: options.tone ?? "plain" };
  if (options.action) toast.action = options.action;
  toasts.set((all) => [...all.slice(-2), toast]);
  setTimeout(dismiss, options.forMs ?? 6000);
  return dismiss;
}

export function Toaster() {
  const all = useStore(toasts);
  return (
    <div
      role="region"
      aria-label="Notices"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-50 flex flex-col items-center gap-2 p-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
    >
      <div role="status" aria-live="polite" className="contents">
        {all.map((toast) => (
          <div
            key={toast.id}
            className="pointer-events-auto flex max-w-[min(28rem,100%)] animate-rise items-center gap-3 rounded-xl bg-ink py-2 pr-2 pl-4 text-sm text-canvas shadow-pop"
          >
            <span className="min-w-0 flex-1">{toast.text}</span>
            {toast.action && (
              <button
                type="button"
                className="rounded-md px-2 py-1 font-semibold text-canvas underline underline-offset-3 hover:opacity-80"
                onClick={() => {
                  toast.action?.run();
                  toasts.set((list) => list.filter((other) => other.id !== toast.id));
                }}
              >
                {toast.action.label}
              </button>
            )}
            <button
              type="button"
              aria-label="Dismiss"
              className="grid size-7 place-items-center rounded-md opacity-70 hover:opacity-100"
              onClick={() => {
                toasts.set((list) => list.filter((other) => other.id !== toast.id));
              }}
            >
              <X aria-hidden className="size-4" />
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
