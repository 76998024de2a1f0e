"use client";

import { LoaderCircle, MessageSquareDashed } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { sentence, type Thread } from "@/api-client";
import { periodOf } from "@/shared/lib/time";
import { Button } from "@/shared/ui/button";
import { openThread, useThreadId } from "./location";
import { useThreadActions, useThreads } from "./queries";
import { ThreadRow } from "./thread-row";

/** Threads under their headings, in the server's order: pinned first, then the latest. */
export function groupThreads(threads: Thread[], now?: number): [string, Thread[]][] {
  const groups = new Map<string, Thread[]>();
  for (const thread of threads) {
    const heading = thread.pinned ? "Pinned" : periodOf(thread.updatedAt, now);
    const group = groups.get(heading);
    if (group) group.push(thread);
    else groups.set(heading, [thread]);
  }
  return [...groups];
}

function Loading() {
  return (
    <div className="flex flex-col gap-2 px-2.5 pt-2" role="status" aria-label="Loading chats">
      {[72, 54, 83, 61, 47].map((width) => (
        <div
          key={width}
          className="my-1.5 h-3 animate-breathe rounded bg-line"
          style={{ width: `${width}%` }}
        />
      ))}
    </div>
  );
}

export function ThreadList({ onOpen }: { onOpen: () => void }) {
  const query = useThreads();
  const { change, remove } = useThreadActions();
  const activeId = useThreadId();
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = query;

  useEffect(() => {
    if (!hasNextPage || end.current === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void fetchNextPage();
    });
    observer.observe(end.current);
    return () => {
      observer.disconnect();
    };
  }, [hasNextPage, fetchNextPage, isFetchingNextPage]);

  const groups = useMemo(() => {
    const seen = new Map<string, Thread>();
    for (const thread of query.data?.pages.flatMap((page) => page.items) ?? []) {
      seen.set(thread.id, thread);
    }
    return groupThreads([...seen.values()]);
  }, [query.data]);

  if (query.isPending) return <Loading />;
  if (query.isError && groups.length === 0) {
    return (
      <div className="m-2 rounded-xl border bg-raised p-4 text-sm" role="alert">
        <p className="text-ink-2">{sentence(query.error)}</p>
        <Button size="sm" className="mt-3" onClick={() => void query.refetch()}>
          Try again
        </Button>
      </div>
    );
  }
  if (groups.length === 0) {
    return (
      <div className="flex flex-col items-center gap-2 px-6 pt-12 text-center text-sm text-ink-3">
        <MessageSquareDashed aria-hidden className="size-6" strokeWidth={1.5} />
        <p>Your chats will be listed here.</p>
      </div>
    );
  }
  return (
    <>
      {groups.map(([heading, threads]) => (
        <section key={heading} aria-label={heading} className="mb-3">
          <h2 className="px-2.5 pt-2 pb-1.5 text-xs font-medium text-ink-3">{heading}</h2>
          <ul className="flex flex-col gap-px">
            {threads.map((thread) => (
              <ThreadRow
                key={thread.id}
                thread={thread}
                active={thread.id === activeId}
                onOpen={onOpen}
                onRename={(title) => {
                  change({ id: thread.id, title });
                }}
                onPin={() => {
                  change({ id: thread.id, pinned: !thread.pinned });
                }}
                onDelete={() => {
                  remove(thread);
                  if (thread.id === activeId) openThread(null);
                }}
              />
            ))}
          </ul>
        </section>
      ))}
      <div ref={end} className="h-8">
        {isFetchingNextPage && (
          <LoaderCircle
            aria-label="Loading more"
            className="mx-auto size-4 animate-spin text-ink-3"
          />
        )}
      </div>
    </>
  );
}
