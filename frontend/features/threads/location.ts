"use client";

import { usePathname } from "next/navigation";
import { createStore, useStore } from "@/shared/lib/store";

const THREAD = /^\/c\/([^/]+)$/;

/** A message to be shown in its thread; each object is one wish, also for the same message again. */
export interface Target {
  threadId: string;
  messageId: string;
  /** To be marked in it. */
  words: string[];
}

const target = createStore<Target | null>(null);

/** The thread in the address; null on the page of a new chat. Only below `RequireSession`. */
export function useThreadId(): string | null {
  return THREAD.exec(usePathname())?.[1] ?? null;
}

export function threadHref(threadId: string | null, messageId?: string | null): string {
  if (threadId === null) return "/";
  return messageId == null ? `/c/${threadId}` : `/c/${threadId}#${messageId}`;
}

/** Shows another thread without asking the server for a page: every thread is on the same one. */
export function openThread(
  threadId: string | null,
  how: "push" | "replace" = "push",
  messageId?: string | null,
): void {
  const href = threadHref(threadId, messageId);
  if (location.pathname + location.hash === href) return;
  if (how === "push") history.pushState(null, "", href);
  else history.replaceState(null, "", href);
}

/** Says which message the thread that is opened next, or open, shall show. */
export function aimAt(wish: Target): void {
  target.set({ ...wish });
}

/** The message this thread shall show: the one aimed at, else the one its address names. */
export function useTarget(threadId: string): Target | null {
  const aimed = useStore(target);
  return aimed?.threadId === threadId ? aimed : null;
}

/** A page opened at an address that names a message aims at it. */
export function aimAtAddress(threadId: string): void {
  const messageId = location.hash.slice(1);
  if (messageId === "" || target.get()?.messageId === messageId) return;
  if (/^[\da-f-]{36}$/i.test(messageId)) aimAt({ threadId, messageId, words: [] });
}

/** Whether the page on screen is the chat page, which `openThread` can switch. */
export function isChatPage(pathname: string): boolean {
  return pathname === "/" || THREAD.test(pathname);
}
