"use client";

import { ArrowDown, LoaderCircle } from "lucide-react";
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Message } from "@/api-client";
import type { Target } from "@/features/threads";
import { cn } from "@/shared/lib/cn";
import { AssistantMessage } from "./assistant-message";
import type { Conversation, ConversationState, PendingMessage } from "./conversation";
import { useTargetInView } from "./use-target";
import { PendingBubble, UserMessage } from "./user-message";

/** Nearer to the end than this, the view follows what is added there. */
const STICK_PX = 48;
/** Nearer to the start than this, older messages are fetched. */
const PREFETCH_PX = 3000;

type Row = { key: string; message: Message } | { key: string; pending: PendingMessage };

interface Props {
  conversation: Conversation;
  state: ConversationState;
  /** A message to bring into view. */
  target: Target | null;
  editing: string | null;
  onEditing: (messageId: string | null) => void;
  onEdit: (message: Message, text: string) => void;
  onRegenerate: (message: Message) => void;
  onSibling: (messageId: string) => void;
  onTakeBack: (pending: PendingMessage) => void;
}

/** A question stands close above its answer. */
const Frame = memo(function Frame({
  messageId,
  close,
  found,
  children,
}: {
  messageId: string | undefined;
  close: boolean;
  found: boolean;
  children: ReactNode;
}) {
  return (
    <div
      data-message={messageId}
      className={cn("mx-auto w-full max-w-[46rem] px-4 sm:px-6", close ? "pb-1" : "pb-7")}
    >
      <div className={cn("found-frame", found && "found")}>{children}</div>
    </div>
  );
});

/** The rows keep their key from "sending" to "stored", so that nothing blinks when a message is accepted. */
function rowsOf(messages: Message[], pending: PendingMessage[]): Row[] {
  return [
    ...messages.map((message) => ({
      key: message.role === "user" ? (message.clientMessageId ?? message.id) : message.id,
      message,
    })),
    ...pending.map((item) => ({ key: item.clientMessageId, pending: item })),
  ];
}

/**
 * The messages of a thread, of which only those near the view exist as elements. Older ones are put in above without
 * the view moving; at the end the view follows what grows, until the person scrolls up.
 */
export function MessageList({
  conversation,
  state,
  target,
  editing,
  onEditing,
  onEdit,
  onRegenerate,
  onSibling,
  onTakeBack,
}: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const sticking = useRef(true);
  const seen = useRef({ top: 0, height: 0 });
  const [away, setAway] = useState(false);

  const rows = useMemo(
    () => rowsOf(state.messages, state.pending),
    [state.messages, state.pending],
  );

  // `shift` holds the view in place only while rows are added at the start.
  const firstKey = rows[0]?.key;
  const lastKey = rows.at(-1)?.key;
  const [ends, setEnds] = useState({ firstKey, lastKey, shift: false });
  if (ends.firstKey !== firstKey || ends.lastKey !== lastKey) {
    setEnds({
      firstKey,
      lastKey,
      shift: ends.firstKey !== firstKey && ends.lastKey === lastKey,
    });
  }
  const shift = ends.shift;

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, []);

  const newestPending = state.pending.at(-1)?.clientMessageId;
  useLayoutEffect(() => {
    if (newestPending === undefined) return;
    sticking.current = true;
    toEnd();
  }, [newestPending, toEnd]);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      if (sticking.current) toEnd();
    });
    if (content.current !== null) observer.observe(content.current);
    if (scroller.current !== null) observer.observe(scroller.current);
    toEnd();
    return () => {
      observer.disconnect();
    };
  }, [toEnd]);

  const marked = useTargetInView(target, conversation, {
    scroller,
    list,
    indexOf: (messageId) =>
      rowsOf(conversation.state.get().messages, []).findIndex(
        (row) => "message" in row && row.message.id === messageId,
      ),
    letGo: () => {
      sticking.current = false;
    },
  });

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollHeight } = element;
    const left = scrollHeight - scrollTop - element.clientHeight;
    // Upwards with nothing changed in size is the person; rows that are measured move the view too.
    const upwards = scrollTop < seen.current.top - 1 && scrollHeight === seen.current.height;
    if (left < STICK_PX) sticking.current = true;
    else if (upwards) sticking.current = false;
    seen.current = { top: scrollTop, height: scrollHeight };
    setAway(left > element.clientHeight * 0.75);
    if (element.scrollTop < PREFETCH_PX) void conversation.loadOlder();
  }, [conversation]);

  useEffect(() => {
    // A page that does not fill the view has nothing to scroll: ask for more until it does.
    const element = scroller.current;
    if (element !== null && element.scrollHeight < element.clientHeight + PREFETCH_PX) {
      void conversation.loadOlder();
    }
  }, [conversation, rows.length]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Messages"
        aria-live="off"
        className="h-full overflow-y-auto overscroll-contain pt-6 outline-offset-[-2px] [overflow-anchor:none]"
      >
        {state.loadingOlder && (
          <div className="pointer-events-none absolute inset-x-0 top-3 z-10 grid place-items-center">
            <span role="status" className="rounded-full border bg-raised p-1.5 shadow-card">
              <LoaderCircle
                aria-label="Loading older messages"
                className="size-4 animate-spin text-ink-3"
              />
            </span>
          </div>
        )}
        <div ref={content}>
          <Virtualizer
            ref={list}
            scrollRef={scroller}
            shift={shift}
            startMargin={24}
            bufferSize={600}
          >
            {rows.map((row) => (
              <Frame
                key={row.key}
                messageId={"pending" in row ? undefined : row.message.id}
                close={"pending" in row || row.message.role === "user"}
                found={"message" in row && row.message.id === marked}
              >
                {"pending" in row ? (
                  <PendingBubble
                    text={row.pending.content}
                    state={row.pending.state}
                    problem={row.pending.problem}
                    onRetry={() => {
                      conversation.resume(row.pending);
                    }}
                    onDiscard={() => {
                      onTakeBack(row.pending);
                    }}
                  />
                ) : row.message.role === "user" ? (
                  <UserMessage
                    message={row.message}
                    editing={editing === row.message.id}
                    onEditing={onEditing}
                    onEdit={onEdit}
                    onSibling={onSibling}
                  />
                ) : (
                  <AssistantMessage
                    message={row.message}
                    live={
                      row.message.runId == null
                        ? undefined
                        : conversation.liveRun(row.message.runId)
                    }
                    onRegenerate={onRegenerate}
                    onSibling={onSibling}
                  />
                )}
              </Frame>
            ))}
          </Virtualizer>
        </div>
      </div>
      <button
        type="button"
        aria-label="Go to the newest message"
        tabIndex={away ? 0 : -1}
        onClick={() => {
          sticking.current = true;
          toEnd();
        }}
        className={cn(
          "absolute bottom-3 left-1/2 grid size-9 -translate-x-1/2 place-items-center rounded-full border bg-raised text-ink-2 shadow-card transition-all hover:text-ink",
          away ? "opacity-100" : "pointer-events-none translate-y-2 opacity-0",
        )}
      >
        <ArrowDown aria-hidden className="size-[18px]" />
      </button>
    </div>
  );
}
