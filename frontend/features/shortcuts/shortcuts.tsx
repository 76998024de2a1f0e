"use client";

import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut {
  keys: string;
  says: string;
}

/** `mod` is ⌘ on Apple's machines and Ctrl elsewhere. */
export const SHORTCUTS: Record<string, Shortcut> = {
  newChat: { keys: "mod+shift+o", says: "New chat" },
  search: { keys: "mod+k", says: "Search chats" },
  sidebar: { keys: "mod+shift+s", says: "Show or hide the list of chats" },
  focus: { keys: "shift+escape", says: "Go to the message field" },
  copyLast: { keys: "mod+shift+c", says: "Copy the last answer" },
  help: { keys: "mod+/", says: "Show the keyboard shortcuts" },
};

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

const NAMES: Record<string, [apple: string, other: string]> = {
  mod: ["⌘", "Ctrl"],
  shift: ["⇧", "Shift"],
  escape: ["Esc", "Esc"],
  enter: ["↵", "Enter"],
  arrowup: ["↑", "↑"],
};

/** A combination as it is written on this machine's keys. */
export function useKeys(): (keys: string) => string[] {
  const apple = useSyncExternalStore(
    () => () => undefined,
    isApple,
    () => false,
  );
  return (keys) => keys.split("+").map((key) => NAMES[key]?.[apple ? 0 : 1] ?? key.toUpperCase());
}

export function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1);
  return (
    event.key.toLowerCase() === key &&
    (event.metaKey || event.ctrlKey) === parts.includes("mod") &&
    event.shiftKey === parts.includes("shift") &&
    !event.altKey
  );
}

/** Listens on the whole page for as long as the component is shown. */
export function useShortcut(name: keyof typeof SHORTCUTS, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const shortcut = SHORTCUTS[name];
      if (shortcut === undefined || !matches(event, shortcut.keys)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
    };
  }, [name]);
}
