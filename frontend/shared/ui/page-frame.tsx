"use client";

import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/** A page beside the chat: a heading, a way back, one column. */
export function PageFrame({
  title,
  sidebarButton,
  children,
}: {
  title: string;
  sidebarButton: ReactNode;
  children: ReactNode;
}) {
  return (
    <main id="main" className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <header className="flex h-14 shrink-0 items-center gap-2 px-3">
        {sidebarButton}
        <Link
          href="/"
          className="inline-flex h-9 items-center gap-1.5 rounded-lg px-2 text-sm text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" /> Chat
        </Link>
      </header>
      <div className="mx-auto w-full max-w-[52rem] px-4 pt-2 pb-16 sm:px-6">
        <h1 className="mb-5 text-2xl font-semibold tracking-[-0.025em]">{title}</h1>
        {children}
      </div>
    </main>
  );
}
