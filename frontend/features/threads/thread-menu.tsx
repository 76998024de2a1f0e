"use client";

import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/shared/ui/menu";

/** What can be done with one thread of the list. */
export function ThreadMenu({
  title,
  pinned,
  onRename,
  onPin,
  onDelete,
}: {
  title: string;
  pinned: boolean;
  onRename: () => void;
  onPin: () => void;
  onDelete: () => void;
}) {
  return (
    <Menu>
      <MenuTrigger
        aria-label={`Options for ${title}`}
        className="absolute top-1 right-1 grid size-7 place-items-center rounded-md text-ink-3 opacity-0 group-hover:opacity-100 hover:text-ink focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100"
      >
        <Ellipsis aria-hidden className="size-4" />
      </MenuTrigger>
      <MenuContent align="start">
        <MenuItem
          onSelect={() => {
            // After the menu has given the focus back.
            setTimeout(onRename, 0);
          }}
        >
          <Pencil aria-hidden /> Rename
        </MenuItem>
        <MenuItem onSelect={onPin}>
          {pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
          {pinned ? "Unpin" : "Pin"}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={onDelete}>
          <Trash2 aria-hidden /> Delete
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
