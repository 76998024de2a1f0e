"use client";

import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { focusItself } from "@/shared/ui/focus";

/** The list of chats over a narrow page. */
export function Drawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-black/40 md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={focusItself}
          className="fixed inset-y-0 left-0 z-40 w-[min(20rem,86vw)] animate-slide-in border-r bg-panel shadow-pop outline-none md:hidden"
        >
          <Dialog.Title className="sr-only">Chats</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
