import type { Outgoing } from "@/api-client";
import { storage } from "@/shared/lib/storage";

/** A message that the server has not yet accepted; survives a reload and is sent again with the same id. */
export interface OutboxItem extends Outgoing {
  createdAt: string;
  /** The thread is made with this message, its first. */
  newThread?: boolean;
}

const MAX_AGE_MS = 7 * 86_400_000;

export class Outbox {
  readonly #prefix: string;

  constructor(userId: string) {
    this.#prefix = `apex:outbox:${userId}:`;
  }

  put(item: OutboxItem): void {
    storage.set(this.#prefix + item.clientMessageId, JSON.stringify(item));
  }

  remove(clientMessageId: string): void {
    storage.remove(this.#prefix + clientMessageId);
  }

  /** Oldest first; what cannot be read or is older than a week is thrown away. */
  items(now: number = Date.now()): OutboxItem[] {
    const items: OutboxItem[] = [];
    for (const key of storage.keys(this.#prefix)) {
      try {
        const item = JSON.parse(storage.get(key) ?? "") as OutboxItem;
        if (now - Date.parse(item.createdAt) > MAX_AGE_MS) storage.remove(key);
        else items.push(item);
      } catch {
        storage.remove(key);
      }
    }
    return items.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }
}
