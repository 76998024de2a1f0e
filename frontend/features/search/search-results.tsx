"use client";

import { useQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { sentence, type Found } from "@/api-client";
import { useServices } from "@/features/session";
import { aimAt, isChatPage, openThread, threadHref } from "@/features/threads";
import { ago } from "@/shared/lib/time";

const PAUSE_MS = 140;

/** A text cut at its highlights, which come in order and do not overlap. */
export function marked(
  text: string,
  highlights: { start: number; end: number }[],
): { text: string; hit: boolean }[] {
  const parts: { text: string; hit: boolean }[] = [];
  let from = 0;
  for (const { start, end } of highlights) {
    if (start < from || end <= start || end > text.length) continue;
    if (start > from) parts.push({ text: text.slice(from, start), hit: false });
    parts.push({ text: text.slice(start, end), hit: true });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), hit: false });
  return parts;
}

function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(setPaused, PAUSE_MS, value);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return paused;
}

function Result({ found, onOpen }: { found: Found; onOpen: () => void }) {
  const onChatPage = isChatPage(usePathname());
  return (
    <li>
      <Link
        href={threadHref(found.threadId, found.messageId)}
        prefetch={false}
        onClick={(event) => {
          onOpen();
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          if (found.messageId != null) {
            const words = marked(found.excerpt, found.highlights)
              .filter(({ hit }) => hit)
              .map(({ text }) => text);
            aimAt({ threadId: found.threadId, messageId: found.messageId, words });
          }
          if (!onChatPage) return;
          event.preventDefault();
          openThread(found.threadId, "push", found.messageId);
        }}
        className="block rounded-lg px-2.5 py-2 hover:bg-sunken"
      >
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate text-sm font-medium">
            {found.title || "New chat"}
          </span>
          {found.time != null && (
            <span className="shrink-0 text-[0.6875rem] text-ink-3">{ago(found.time)}</span>
          )}
        </span>
        {found.excerpt !== "" && (
          <span className="mt-0.5 line-clamp-2 text-[0.8125rem] leading-snug text-ink-3">
            {marked(found.excerpt, found.highlights).map((part, index) =>
              part.hit ? (
                <mark key={index} className="rounded-sm bg-warn-soft px-0.5 font-medium text-ink">
                  {part.text}
                </mark>
              ) : (
                part.text
              ),
            )}
          </span>
        )}
      </Link>
    </li>
  );
}

/** What is found while typing, in titles and messages. */
export function SearchResults({ query, onOpen }: { query: string; onOpen: () => void }) {
  const { api } = useServices();
  const q = usePaused(query).slice(0, 200);
  const result = useQuery({
    queryKey: ["search", q],
    enabled: q !== "",
    queryFn: async ({ signal }) => (await api.search(q, signal)).items,
    placeholderData: (previous) => previous,
    staleTime: 10_000,
  });
  const found = result.data ?? [];
  const settled = q === query && !result.isPlaceholderData && !result.isPending;
  return (
    <>
      <p role="status" className="sr-only">
        {settled ? `${found.length} chats found` : ""}
      </p>
      {result.isError && (
        <p role="alert" className="px-2.5 pt-3 text-sm text-ink-2">
          {sentence(result.error)}
        </p>
      )}
      {settled && found.length === 0 && !result.isError && (
        <div className="flex flex-col items-center gap-2 px-6 pt-12 text-center text-sm text-ink-3">
          <SearchX aria-hidden className="size-6" strokeWidth={1.5} />
          <p>Nothing found for “{query}”.</p>
        </div>
      )}
      <ul className="flex flex-col gap-px pt-1" aria-label="Found chats">
        {found.map((item) => (
          <Result key={item.threadId} found={item} onOpen={onOpen} />
        ))}
      </ul>
    </>
  );
}
