"use client";

import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { memo, useEffect, useRef, useState } from "react";
import type { Thread } from "@/api-client";
import { cn } from "@/shared/lib/cn";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/shared/ui/menu";
import { isChatPage, openThread, threadHref } from "./location";

interface Props {
  thread: Thread;
  active: boolean;
  onOpen: () => void;
  onRename: (title: string) => void;
  onPin: () => void;
  onDelete: () => void;
}

function RenameField({ title, done }: { title: string; done: (title: string | null) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  return (
    <input
      ref={input}
      aria-label="Title"
      defaultValue={title}
      maxLength={200}
      className="h-9 w-full rounded-lg border border-accent bg-raised px-2.5 text-sm outline-none"
      onBlur={(event) => {
        done(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") done(event.currentTarget.value.trim());
        if (event.key === "Escape") {
          event.stopPropagation();
          done(null);
        }
      }}
    />
  );
}

export const ThreadRow = memo(function ThreadRow({
  thread,
  active,
  onOpen,
  onRename,
  onPin,
  onDelete,
}: Props) {
  const [renaming, setRenaming] = useState(false);
  const onChatPage = isChatPage(usePathname());
  const title = thread.title || "New chat";

  if (renaming) {
    return (
      <li>
        <RenameField
          title={title}
          done={(next) => {
            setRenaming(false);
            if (next && next !== thread.title) onRename(next);
          }}
        />
      </li>
    );
  }
  return (
    <li className="group relative">
      <Link
        href={threadHref(thread.id)}
        prefetch={false}
        aria-current={active ? "page" : undefined}
        title={title}
        onClick={(event) => {
          onOpen();
          if (!onChatPage || event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          openThread(thread.id);
        }}
        onDoubleClick={() => {
          setRenaming(true);
        }}
        className={cn(
          "flex h-9 items-center gap-2 rounded-lg pr-9 pl-2.5 text-sm transition-colors duration-75",
          active
            ? "bg-accent-soft font-medium text-ink"
            : "text-ink-2 hover:bg-sunken hover:text-ink",
        )}
      >
        {thread.runningRunId != null && (
          <span className="size-1.5 shrink-0 animate-breathe rounded-full bg-accent">
            <span className="sr-only">Answering:</span>
          </span>
        )}
        <span className="truncate">{title}</span>
      </Link>
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
              setTimeout(setRenaming, 0, true);
            }}
          >
            <Pencil aria-hidden /> Rename
          </MenuItem>
          <MenuItem onSelect={onPin}>
            {thread.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
            {thread.pinned ? "Unpin" : "Pin"}
          </MenuItem>
          <MenuSeparator />
          <MenuItem danger onSelect={onDelete}>
            <Trash2 aria-hidden /> Delete
          </MenuItem>
        </MenuContent>
      </Menu>
    </li>
  );
});
