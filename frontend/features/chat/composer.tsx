"use client";

import { ArrowUp, Square } from "lucide-react";
import {
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from "react";
import { useUser } from "@/features/session";
import { drafts } from "./drafts";
import { LengthNote, useLength } from "./length";

export interface ComposerHandle {
  focus(): void;
  set(text: string): void;
}

interface Props {
  ref?: Ref<ComposerHandle>;
  threadId: string | null;
  running: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
  /** Arrow up in an empty field. */
  onEditLast?: () => void;
  children?: ReactNode;
}

export function Composer({ ref, threadId, running, onSend, onStop, onEditLast, children }: Props) {
  const userId = useUser().id;
  const [text, setText] = useState(() => drafts.read(userId, threadId));
  const field = useRef<HTMLTextAreaElement>(null);

  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    set: (next) => {
      update(next);
      field.current?.focus();
    },
  }));

  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "0";
    element.style.height = `${Math.min(element.scrollHeight, 260)}px`;
  }, [text]);

  useEffect(() => {
    // A keyboard that rises over half a phone's page is not asked for unasked.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);

  function update(next: string) {
    setText(next);
    drafts.write(userId, threadId, next);
  }

  const length = useLength(text);
  const noteId = useId();
  const sendable = text.trim() !== "" && !length.tooLong;

  function submit() {
    if (!sendable || running) return;
    onSend(text);
    update("");
  }

  return (
    <form
      className="rounded-[1.35rem] border bg-raised shadow-card transition-[border-color,box-shadow] focus-within:border-accent/60 focus-within:ring-4 focus-within:ring-accent/10"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Message"
        placeholder="Ask anything"
        enterKeyHint="send"
        value={text}
        aria-invalid={length.tooLong}
        aria-describedby={noteId}
        onChange={(event) => {
          update(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter" && !event.shiftKey && matchMedia("(pointer: fine)").matches) {
            event.preventDefault();
            submit();
          } else if (event.key === "Escape" && running && !event.shiftKey) {
            event.preventDefault();
            onStop();
          } else if (event.key === "ArrowUp" && text === "" && onEditLast) {
            event.preventDefault();
            onEditLast();
          }
        }}
        className="block max-h-65 min-h-13 w-full resize-none bg-transparent px-4.5 pt-4 pb-1 text-[0.9688rem] leading-6 outline-none placeholder:text-ink-3"
      />
      <div className="flex items-center justify-between gap-2 px-2.5 pb-2.5">
        <div className="flex min-w-0 items-center gap-1">{children}</div>
        <div className="flex min-w-0 items-center gap-2.5">
          <LengthNote id={noteId} length={length} />
          {running ? (
            <button
              type="button"
              aria-label="Stop answering"
              title="Stop (Esc)"
              onClick={onStop}
              className="grid size-9 place-items-center rounded-full bg-ink text-canvas transition-transform active:scale-95"
            >
              <Square aria-hidden className="size-3.5 fill-current" />
            </button>
          ) : (
            <button
              type="submit"
              aria-label="Send"
              disabled={!sendable}
              className="grid size-9 place-items-center rounded-full bg-accent text-accent-ink transition-[transform,background-color] hover:bg-accent-hover active:scale-95 disabled:bg-line disabled:text-ink-3"
            >
              <ArrowUp aria-hidden className="size-[18px]" strokeWidth={2.4} />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}
