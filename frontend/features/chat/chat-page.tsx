"use client";

import {
  BookOpenText,
  Gauge,
  HeartPulse,
  History,
  MessageCircleOff,
  ServerOff,
} from "lucide-react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { sentence, type Message } from "@/api-client";
import { ConnectionBanner } from "@/features/connection";
import { ModelPicker, useChosenModelId } from "@/features/models";
import { useUser } from "@/features/session";
import { useShortcut } from "@/features/shortcuts";
import { aimAtAddress, openThread, useTarget, useThreadId, useThreads } from "@/features/threads";
import { uuidV7 } from "@/shared/lib/ids";
import { useStore } from "@/shared/lib/store";
import { writeClipboard } from "@/shared/lib/use-copy";
import { Button } from "@/shared/ui/button";
import { Logo } from "@/shared/ui/logo";
import { showToast } from "@/shared/ui/toast";
import { Announcer } from "./announcer";
import { Composer, type ComposerHandle } from "./composer";
import type { Conversation, PendingMessage } from "./conversation";
import { drafts } from "./drafts";
import { MessageList } from "./message-list";
import { useConversations } from "./registry";

const SUGGESTIONS = [
  { icon: BookOpenText, title: "What can you do?", says: "A short tour of this place" },
  {
    icon: History,
    title: "How are runs resumed after a reload?",
    says: "Looked up in the documentation",
  },
  {
    icon: Gauge,
    title: "How many tokens have I used this week?",
    says: "Your own usage, by model",
  },
  { icon: HeartPulse, title: "Is everything healthy?", says: "Each service, as it is now" },
];

function greeting(name: string, hour: number): string {
  const time =
    hour < 5
      ? "Good night"
      : hour < 12
        ? "Good morning"
        : hour < 18
          ? "Good afternoon"
          : "Good evening";
  const first = name.trim().split(/\s+/)[0];
  return first ? `${time}, ${first}` : time;
}

function Footer({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[46rem] shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6 sm:pb-5">
      <ConnectionBanner />
      {children}
    </div>
  );
}

function NewChat() {
  const user = useUser();
  const conversations = useConversations();
  const modelId = useChosenModelId();
  const composer = useRef<ComposerHandle>(null);
  useShortcut("focus", () => composer.current?.focus());

  /** The thread's id is made here: the chat is open at once, also where the server cannot be reached. */
  function start(text: string) {
    const threadId = uuidV7();
    conversations.get(threadId, true).send(text, modelId, true);
    drafts.write(user.id, null, "");
    openThread(threadId);
  }

  return (
    <>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <div className="mx-auto my-auto w-full max-w-[46rem] animate-settle px-4 py-8 sm:px-6">
          <Logo className="mb-5 size-10 text-accent" />
          <h1 className="text-[1.75rem] leading-tight font-semibold tracking-[-0.03em] sm:text-[2.1rem]">
            {greeting(user.displayName, new Date().getHours())}
          </h1>
          <p className="mt-1.5 mb-8 text-[1.0625rem] text-ink-2">What shall we look into?</p>
          <ul className="grid gap-2.5 sm:grid-cols-2">
            {SUGGESTIONS.map(({ icon: Icon, title, says }) => (
              <li key={title}>
                <button
                  type="button"
                  onClick={() => {
                    start(title);
                  }}
                  className="flex h-full w-full items-start gap-3 rounded-2xl border bg-raised p-3.5 text-left transition-[border-color,box-shadow] hover:border-accent-line hover:shadow-card"
                >
                  <Icon
                    aria-hidden
                    className="mt-0.5 size-[18px] shrink-0 text-accent"
                    strokeWidth={1.8}
                  />
                  <span>
                    <span className="block text-sm font-medium">{title}</span>
                    <span className="block text-[0.8125rem] text-ink-3">{says}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      </div>
      <Footer>
        <Composer
          ref={composer}
          threadId={null}
          running={false}
          onSend={start}
          onStop={() => undefined}
        >
          <ModelPicker />
        </Composer>
      </Footer>
    </>
  );
}

function Notice({
  icon,
  title,
  text,
  action,
}: {
  icon: ReactNode;
  title: string;
  text: string;
  action: ReactNode;
}) {
  return (
    <div className="grid flex-1 place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-2 text-center" role="alert">
        <span className="mb-2 text-ink-3 [&_svg]:size-9 [&_svg]:stroke-[1.4]">{icon}</span>
        <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
        <p className="text-sm text-ink-2">{text}</p>
        <div className="mt-3">{action}</div>
      </div>
    </div>
  );
}

function LoadingMessages() {
  return (
    <div className="min-h-0 flex-1 overflow-hidden" role="status" aria-label="Loading messages">
      <div className="mx-auto flex w-full max-w-[46rem] flex-col gap-7 px-6 pt-6">
        {[0, 1, 2].map((item) => (
          <div key={item} className="flex animate-breathe flex-col gap-3">
            <div className="h-10 w-2/5 self-end rounded-2xl bg-sunken" />
            <div className="h-3 w-11/12 rounded bg-sunken" />
            <div className="h-3 w-4/5 rounded bg-sunken" />
            <div className="h-3 w-3/5 rounded bg-sunken" />
          </div>
        ))}
      </div>
    </div>
  );
}

function OpenChat({ conversation }: { conversation: Conversation }) {
  const state = useStore(conversation.state);
  const user = useUser();
  const modelId = useChosenModelId();
  const composer = useRef<ComposerHandle>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const threadId = conversation.threadId;
  const running = state.messages.some((message) => message.status === "streaming");

  const target = useTarget(threadId);

  useEffect(() => {
    void conversation.refresh();
    aimAtAddress(conversation.threadId);
  }, [conversation]);
  useShortcut("focus", () => composer.current?.focus());
  useShortcut("copyLast", () => {
    const last = state.messages.findLast((message) => message.role === "assistant");
    if (last === undefined) return;
    void writeClipboard(last.content).then(() => showToast("Answer copied"));
  });

  const onEdit = useCallback(
    (message: Message, text: string) => {
      conversation.edit(message, text, modelId);
    },
    [conversation, modelId],
  );
  const onRegenerate = useCallback(
    (message: Message) => {
      conversation.regenerate(message, modelId);
    },
    [conversation, modelId],
  );
  const onSibling = useCallback(
    (messageId: string) => {
      conversation.showSibling(messageId).catch((error: unknown) => {
        showToast(sentence(error), { tone: "danger" });
      });
    },
    [conversation],
  );
  const onTakeBack = useCallback(
    (pending: PendingMessage) => {
      conversation.discard(pending.clientMessageId);
      if (pending.content !== undefined) composer.current?.set(pending.content);
    },
    [conversation],
  );

  if (state.phase === "missing") {
    return (
      <Notice
        icon={<MessageCircleOff aria-hidden />}
        title="This chat is not here"
        text="It was deleted, or it belongs to another account."
        action={
          <Button
            onClick={() => {
              openThread(null);
            }}
          >
            New chat
          </Button>
        }
      />
    );
  }
  if (state.phase === "failed") {
    return (
      <Notice
        icon={<ServerOff aria-hidden />}
        title="The messages could not be loaded"
        text={sentence(state.error)}
        action={<Button onClick={() => void conversation.refresh()}>Try again</Button>}
      />
    );
  }
  return (
    <>
      {state.phase === "loading" && state.messages.length === 0 && state.pending.length === 0 ? (
        <LoadingMessages />
      ) : (
        <MessageList
          conversation={conversation}
          state={state}
          target={target}
          editing={editing}
          onEditing={setEditing}
          onEdit={onEdit}
          onRegenerate={onRegenerate}
          onSibling={onSibling}
          onTakeBack={onTakeBack}
        />
      )}
      <Announcer messages={state.messages} />
      <Footer>
        <Composer
          key={`${user.id}:${threadId}`}
          ref={composer}
          threadId={threadId}
          running={running}
          onSend={(text) => {
            // An address that names an older message would lead back there.
            openThread(threadId, "replace");
            conversation.send(text, modelId);
          }}
          onStop={() => {
            conversation.stop().catch((error: unknown) => {
              showToast(sentence(error), { tone: "danger" });
            });
          }}
          onEditLast={() => {
            const last = state.messages.findLast((message) => message.role === "user");
            if (last !== undefined) setEditing(last.id);
          }}
        >
          <ModelPicker />
        </Composer>
      </Footer>
    </>
  );
}

function useTitle(threadId: string | null): string {
  const { data } = useThreads();
  const thread = data?.pages.flatMap((page) => page.items).find(({ id }) => id === threadId);
  const title = thread?.title ?? "";
  useEffect(() => {
    document.title = title === "" ? "Netra Apex" : `${title} · Netra Apex`;
  }, [title]);
  return title;
}

/** The chat: a new one at `/`, a thread at `/c/{id}`. */
export function ChatPage({ sidebarButton }: { sidebarButton: ReactNode }) {
  const threadId = useThreadId();
  const conversations = useConversations();
  const title = useTitle(threadId);
  return (
    <main id="main" className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-14 shrink-0 items-center gap-2 px-3">
        {sidebarButton}
        {threadId !== null && (
          <h1 className="min-w-0 flex-1 truncate px-1 text-sm font-medium text-ink-2">
            {title || "New chat"}
          </h1>
        )}
      </header>
      {threadId === null ? (
        <NewChat />
      ) : (
        <OpenChat key={threadId} conversation={conversations.get(threadId)} />
      )}
    </main>
  );
}
