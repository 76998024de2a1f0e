"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, type ReactNode } from "react";
import { useServices, useUser } from "@/features/session";
import { Conversation } from "./conversation";
import { Outbox } from "./outbox";

const KEPT = 12;

/** The conversations of this page; the latest few stay in memory, so that going back to one is instant. */
class ConversationRegistry {
  readonly #open = new Map<string, Conversation>();
  readonly #create: (threadId: string, isNew: boolean) => Conversation;

  constructor(create: (threadId: string, isNew: boolean) => Conversation) {
    this.#create = create;
  }

  get(threadId: string, isNew = false): Conversation {
    let conversation = this.#open.get(threadId);
    if (conversation === undefined) {
      conversation = this.#create(threadId, isNew);
      for (const [id, old] of this.#open) {
        if (this.#open.size < KEPT) break;
        if (old.state.get().pending.length > 0) continue;
        old.close();
        this.#open.delete(id);
      }
    } else this.#open.delete(threadId);
    this.#open.set(threadId, conversation);
    return conversation;
  }

  peek(threadId: string): Conversation | undefined {
    return this.#open.get(threadId);
  }

  all(): Conversation[] {
    return [...this.#open.values()];
  }
}

const RegistryContext = createContext<ConversationRegistry | null>(null);

export function ConversationsProvider({ children }: { children: ReactNode }) {
  const { api, realtime } = useServices();
  const userId = useUser().id;
  const queries = useQueryClient();

  const { registry, outbox } = useMemo(() => {
    const box = new Outbox(userId);
    const environment = {
      api,
      realtime,
      outbox: box,
      onActivity: () => void queries.invalidateQueries({ queryKey: ["threads"] }),
    };
    return {
      outbox: box,
      registry: new ConversationRegistry(
        (threadId, isNew) => new Conversation(threadId, environment, isNew),
      ),
    };
  }, [api, realtime, userId, queries]);

  useEffect(() => {
    for (const item of outbox.items()) registry.get(item.threadId).resume(item);
    const offThread = realtime.onThreadChanged((threadId) => {
      void registry.peek(threadId)?.refresh();
      void queries.invalidateQueries({ queryKey: ["threads"] });
    });
    const offOnline = realtime.onOnline(() => {
      for (const conversation of registry.all()) void conversation.refresh();
      void queries.invalidateQueries({ queryKey: ["threads"] });
    });
    return () => {
      offThread();
      offOnline();
    };
  }, [registry, outbox, realtime, queries]);

  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

export function useConversations(): ConversationRegistry {
  const registry = useContext(RegistryContext);
  if (registry === null) throw new Error("useConversations needs a ConversationsProvider above it");
  return registry;
}
