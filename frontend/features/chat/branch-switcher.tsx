"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Message } from "@/api-client";
import { IconButton } from "@/shared/ui/icon-button";

/** "2 / 3": goes to the version before or after this one. */
export function BranchSwitcher({
  siblings,
  of,
  onSibling,
}: {
  siblings: Message["siblings"];
  of: "answer" | "question";
  onSibling: (messageId: string) => void;
}) {
  if (siblings == null || siblings.count < 2) return null;
  const { index, count, ids } = siblings;
  const before = ids[index - 2];
  const after = ids[index];
  return (
    <span role="group" aria-label={`Versions of this ${of}`} className="inline-flex items-center">
      <IconButton
        size="sm"
        label="Previous version"
        disabled={before === undefined}
        onClick={() => {
          if (before !== undefined) onSibling(before);
        }}
      >
        <ChevronLeft aria-hidden />
      </IconButton>
      <span className="px-0.5 text-xs text-ink-3 tabular-nums">
        <span className="sr-only">Version </span>
        {index} / {count}
      </span>
      <IconButton
        size="sm"
        label="Next version"
        disabled={after === undefined}
        onClick={() => {
          if (after !== undefined) onSibling(after);
        }}
      >
        <ChevronRight aria-hidden />
      </IconButton>
    </span>
  );
}
