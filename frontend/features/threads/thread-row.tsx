"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { memo, useEffect, useRef, useState } from "react";
import type { Thread } from "@/api-client";
import { cn } from "@/shared/lib/cn";
import { isChatPage, openThread, threadHref } from "./location";

// Menus come after the page: nobody opens one in its first moment.
const ThreadMenu = dynamic(() => import("./thread-menu").then((module) => module.ThreadMenu), {
  ssr: false,
});

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
      <ThreadMenu
        title={title}
        pinned={thread.pinned}
        onRename={() => {
          setRenaming(true);
        }}
        onPin={onPin}
        onDelete={onDelete}
      />
    </li>
  );
});
