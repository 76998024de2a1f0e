"use client";

import { usePathname } from "next/navigation";

const THREAD = /^\/c\/([^/]+)$/;

/** The thread in the address; null on the page of a new chat. Only below `RequireSession`. */
export function useThreadId(): string | null {
  return THREAD.exec(usePathname())?.[1] ?? null;
}

export function threadHref(threadId: string | null): string {
  return threadId === null ? "/" : `/c/${threadId}`;
}

/** Shows another thread without asking the server for a page: every thread is on the same one. */
export function openThread(threadId: string | null, how: "push" | "replace" = "push"): void {
  const href = threadHref(threadId);
  if (location.pathname === href) return;
  if (how === "push") history.pushState(null, "", href);
  else history.replaceState(null, "", href);
}

/** Whether the page on screen is the chat page, which `openThread` can switch. */
export function isChatPage(pathname: string): boolean {
  return pathname === "/" || THREAD.test(pathname);
}
