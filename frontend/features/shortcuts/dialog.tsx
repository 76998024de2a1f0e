"use client";

import { Dialog } from "radix-ui";
import { X } from "lucide-react";
import { focusItself } from "@/shared/ui/focus";
import { IconButton } from "@/shared/ui/icon-button";
import { SHORTCUTS, useKeys, type Shortcut } from "./shortcuts";

const IN_PLACE: Shortcut[] = [
  { keys: "enter", says: "Send" },
  { keys: "shift+enter", says: "New line" },
  { keys: "escape", says: "Stop the answer" },
  { keys: "arrowup", says: "Edit the last message, in an empty field" },
];

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
