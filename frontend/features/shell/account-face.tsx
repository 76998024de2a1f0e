"use client";

import { ChevronsUpDown } from "lucide-react";
import { useUser } from "@/features/session";

export const ACCOUNT_BUTTON =
  "flex w-full items-center gap-2.5 rounded-xl p-1.5 text-left hover:bg-sunken data-[state=open]:bg-sunken";

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? "")[0] ?? "",
  );
  return letters.join("").toUpperCase() || "?";
}

/** Who is signed in, as shown at the foot of the list. */
export function AccountFace() {
  const user = useUser();
  return (
    <>
      <span
        aria-hidden
        className="grid size-8 shrink-0 place-items-center rounded-full bg-accent text-xs font-semibold text-accent-ink"
      >
        {initials(user.displayName)}
      </span>
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-medium">{user.displayName}</span>
        <span className="block truncate text-xs text-ink-3">{user.email}</span>
      </span>
      <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
    </>
  );
}
