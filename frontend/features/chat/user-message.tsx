"use client";

import { Check, CircleAlert, Clock, Copy, Pencil } from "lucide-react";
import { memo, useEffect, useId, useRef, useState } from "react";
import type { Message, ProblemError } from "@/api-client";
import { useCopy } from "@/shared/lib/use-copy";
import { Button } from "@/shared/ui/button";
import { IconButton } from "@/shared/ui/icon-button";
import { BranchSwitcher } from "./branch-switcher";
import { LengthNote, useLength } from "./length";

function Bubble({ text }: { text: string }) {
  return (
    <div className="max-w-full rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 text-[0.9688rem] leading-relaxed break-words whitespace-pre-wrap">
      {text}
    </div>
  );
}

function Editor({
  text,
  onCancel,
  onSend,
}: {
  text: string;
  onCancel: () => void;
  onSend: (text: string) => void;
}) {
  const [value, setValue] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "0";
    element.style.height = `${Math.min(element.scrollHeight, 320)}px`;
  }, [value]);
  const length = useLength(value);
  const noteId = useId();
  const sendable = value.trim() !== "" && !length.tooLong;
  const send = () => {
    if (sendable) onSend(value);
  };
  return (
    <form
      className="w-full rounded-2xl border border-accent/60 bg-raised p-3 shadow-card ring-4 ring-accent/10"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        aria-label="Edit your message"
        aria-invalid={length.tooLong}
        aria-describedby={noteId}
        value={value}
        onChange={(event) => {
          setValue(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") onCancel();
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey || !event.shiftKey)) {
            event.preventDefault();
            send();
          }
        }}
        className="block w-full resize-none bg-transparent px-1 text-[0.9688rem] leading-relaxed outline-none"
      />
      <div className="mt-2 flex items-center justify-between gap-2">
        <p className="px-1 text-xs text-ink-3">The old version stays beside the new one.</p>
        <div className="flex items-center gap-2">
          <LengthNote id={noteId} length={length} />
          <Button size="sm" variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
          <Button size="sm" variant="primary" type="submit" disabled={!sendable}>
            Send
          </Button>
        </div>
      </div>
    </form>
  );
}

interface Props {
  message: Message;
  editing: boolean;
  onEditing: (messageId: string | null) => void;
  onEdit: (message: Message, text: string) => void;
  onSibling: (messageId: string) => void;
}

export const UserMessage = memo(function UserMessage({
  message,
  editing,
  onEditing,
  onEdit,
  onSibling,
}: Props) {
  const { copied, copy } = useCopy();
  return (
    <article
      aria-label="You"
      tabIndex={-1}
      className="group flex flex-col items-end pl-[12%] outline-none"
    >
      {editing ? (
        <Editor
          text={message.content}
          onCancel={() => {
            onEditing(null);
          }}
          onSend={(text) => {
            onEditing(null);
            onEdit(message, text);
          }}
        />
      ) : (
        <>
          <Bubble text={message.content} />
          <div className="mt-1 flex h-7 items-center gap-0.5">
            <span className="flex opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <IconButton
                size="sm"
                label={copied ? "Copied" : "Copy message"}
                onClick={() => {
                  copy(message.content);
                }}
              >
                {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
              </IconButton>
              <IconButton
                size="sm"
                label="Edit and send again"
                onClick={() => {
                  onEditing(message.id);
                }}
              >
                <Pencil aria-hidden />
              </IconButton>
            </span>
            <BranchSwitcher siblings={message.siblings} of="question" onSibling={onSibling} />
          </div>
        </>
      )}
    </article>
  );
});

/** A message on its way, or refused by the server. */
export function PendingBubble({
  text,
  state,
  problem,
  onRetry,
  onDiscard,
}: {
  text: string | undefined;
  state: "sending" | "refused";
  problem: ProblemError | undefined;
  onRetry: () => void;
  onDiscard: () => void;
}) {
  return (
    <article aria-label="You" className="flex flex-col items-end pl-[12%]">
      {text !== undefined && <Bubble text={text} />}
      {state === "sending" ? (
        <p className="mt-1 flex h-7 items-center gap-1.5 text-xs text-ink-3">
          <Clock aria-hidden className="size-3.5" /> Sending…
        </p>
      ) : (
        <div role="alert" className="mt-2 flex max-w-full flex-col items-end gap-2 text-sm">
          <p className="flex items-start gap-1.5 text-danger">
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            {text === undefined ? "" : "Not sent. "}
            {problem?.message}
          </p>
          <span className="flex gap-2">
            <Button size="sm" variant="ghost" onClick={onDiscard}>
              {text === undefined ? "Dismiss" : "Take it back"}
            </Button>
            <Button size="sm" onClick={onRetry}>
              Try again
            </Button>
          </span>
        </div>
      )}
    </article>
  );
}
