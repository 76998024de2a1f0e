"use client";

import { Dialog } from "radix-ui";
import { X } from "lucide-react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { focusItself } from "@/shared/ui/focus";
import { IconButton } from "@/shared/ui/icon-button";

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

const IN_PLACE: Shortcut[] = [
  { keys: "enter", says: "Send" },
  { keys: "shift+enter", says: "New line" },
  { keys: "escape", says: "Stop the answer" },
  { keys: "arrowup", says: "Edit the last message, in an empty field" },
];

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

export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const written = useKeys();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-fade bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={focusItself}
          className="fixed top-1/2 left-1/2 z-50 w-[min(27rem,calc(100vw-2rem))] -translate-1/2 outline-none rounded-2xl border bg-raised p-5 shadow-pop"
        >
          <div className="mb-3 flex items-center justify-between">
            <Dialog.Title className="text-base font-semibold tracking-tight">
              Keyboard shortcuts
            </Dialog.Title>
            <Dialog.Close asChild>
              <IconButton label="Close">
                <X aria-hidden />
              </IconButton>
            </Dialog.Close>
          </div>
          <dl className="divide-y">
            {[...Object.values(SHORTCUTS), ...IN_PLACE].map(({ keys, says }) => (
              <div key={keys} className="flex items-center justify-between py-2 text-sm">
                <dt className="text-ink-2">{says}</dt>
                <dd className="flex gap-1">
                  {written(keys).map((key) => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded-md border bg-panel px-1.5 py-0.5 text-center font-sans text-xs text-ink-2"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
