"use client";

import { useEffect, useState } from "react";
import type { Message } from "@/api-client";

/** Tells a screen reader when an answer begins and reads it out when it is complete, not word by word. */
export function Announcer({ messages }: { messages: Message[] }) {
  const last = messages.at(-1);
  const [watched, setWatched] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const id = last?.role === "assistant" ? last.id : null;
  const status = last?.status;
  const content = last?.content ?? "";

  useEffect(() => {
    /* eslint-disable react-hooks/set-state-in-effect -- a change of the thread becomes a sentence to be read */
    if (status === "streaming" && watched !== id) {
      setWatched(id);
      setSaid("The answer is being written.");
    } else if (status !== "streaming" && id !== null && watched === id) {
      setWatched(null);
      setSaid(
        status === "complete"
          ? `Answer: ${content.slice(0, 2000)}`
          : status === "stopped"
            ? "The answer was stopped."
            : "The answer failed.",
      );
    }
    /* eslint-enable react-hooks/set-state-in-effect */
  }, [id, status, content, watched]);

  return (
    <p role="status" aria-live="polite" className="sr-only">
      {said}
    </p>
  );
}
