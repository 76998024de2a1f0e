"use client";

import { Button } from "@/shared/ui/button";

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="grid h-full place-items-center p-6 text-center">
      <div className="flex flex-col items-center gap-3" role="alert">
        <h1 className="text-xl font-semibold tracking-tight">This page broke</h1>
        <p className="max-w-sm text-sm text-ink-2">
          Your chats are safe on the server, and what you typed is kept in this browser.
        </p>
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      </div>
    </main>
  );
}
