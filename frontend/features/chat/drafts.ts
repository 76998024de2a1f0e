import { storage } from "@/shared/lib/storage";

const key = (userId: string, threadId: string | null) =>
  `apex:draft:${userId}:${threadId ?? "new"}`;

/** What was typed and not sent, kept per thread in this browser. */
export const drafts = {
  read: (userId: string, threadId: string | null) => storage.get(key(userId, threadId)) ?? "",
  write(userId: string, threadId: string | null, text: string): void {
    if (text.trim() === "") storage.remove(key(userId, threadId));
    else storage.set(key(userId, threadId), text);
  },
};
