"use client";

import { useServices } from "@/features/session";
import { cn } from "@/shared/lib/cn";
import { useStore } from "@/shared/lib/store";

/** From this share of the limit on, the count is shown. */
const NEAR = 0.9;

export interface Length {
  characters: number;
  /** As the server told it; undefined until it did. */
  limit: number | undefined;
  tooLong: boolean;
}

/** How long a message is, against the limit the server has told. */
export function useLength(text: string): Length {
  const limit = useStore(useServices().realtime.limits)?.message.maxCharacters;
  return {
    characters: text.length,
    limit,
    tooLong: limit !== undefined && text.length > limit,
  };
}

const written = (count: number) => count.toLocaleString("en");

/** Says nothing far from the limit, counts near it, and beyond it says what to do. */
export function LengthNote({ length, id }: { length: Length; id: string }) {
  const { characters, limit, tooLong } = length;
  const shown = limit !== undefined && characters > limit * NEAR;
  return (
    <p
      id={id}
      role="status"
      className={cn(
        "min-w-0 text-xs tabular-nums",
        tooLong ? "font-medium text-danger" : "text-ink-3",
      )}
    >
      {shown &&
        (tooLong
          ? `${written(characters - limit)} characters too long. Shorten it, or send it in parts of ${written(limit)}.`
          : `${written(characters)} / ${written(limit)}`)}
    </p>
  );
}
